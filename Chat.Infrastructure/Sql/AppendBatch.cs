using System.Data.Common;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Messages that are committed together: one look at everything that the decisions need, one write of everything that came of them. What one message costs
/// in round trips is shared by all.
/// </summary>
internal sealed class AppendBatch(IReadOnlyList<MessageDraft> drafts, NodeId node, DateTimeOffset now)
{
    private readonly Outcome<PostedMessage>[] _outcomes = new Outcome<PostedMessage>[drafts.Count];
    private readonly Dictionary<RoomId, Room> _rooms = [];
    private readonly Dictionary<(RoomId, UserId), Membership> _memberships = [];
    private readonly Dictionary<(RoomId, UserId, string), Message> _sent = [];
    private readonly List<Message> _new = [];

    /// <summary>What came of each draft, in their order.</summary>
    public IReadOnlyList<Outcome<PostedMessage>> Outcomes => _outcomes;

    /// <summary>What is to be announced, once the transaction is committed.</summary>
    public IReadOnlyList<CommittedRun> Runs { get; private set; } = [];

    public async Task RunAsync(DbTransaction transaction, ISqlDialect dialect, IReadOnlyList<string> announced)
    {
        // A transaction that is tried again starts from nothing.
        _rooms.Clear();
        _memberships.Clear();
        _sent.Clear();
        _new.Clear();
        await ReadAsync(transaction, dialect);
        Decide();
        await WriteAsync(transaction, announced);
    }

    /// <summary>Locks the rooms first, in the order of their ids, as every transaction does; then nothing else that is read here can change.</summary>
    private async Task ReadAsync(DbTransaction transaction, ISqlDialect dialect)
    {
        var sql = new SqlText()
            .AddLiteral($"select {RoomRow.Columns} from rooms r where r.id in (")
            .AddJoined(", ", drafts.Select(d => d.RoomId.Value).Distinct(), id => $"{id}")
            .AddLiteral($") order by r.id{dialect.ForUpdate}; select {MembershipRow.Columns} from memberships m where ")
            .AddJoined(" or ", drafts.Select(d => (d.RoomId, d.Sender.Id)).Distinct(), key => $"(m.room_id = {key.RoomId.Value} and m.user_id = {key.Id.Value})");
        var named = drafts.Where(d => d.ClientMessageId is not null).ToList();
        if (named.Count > 0)
        {
            sql.AddLiteral($"; select {MessageRow.Columns} from messages g where ").AddJoined(
                " or ", named, d => $"(g.room_id = {d.RoomId.Value} and g.sender_id = {d.Sender.Id.Value} and g.client_message_id = {d.ClientMessageId})");
        }

        await using var command = sql.On(transaction);
        await using var reader = await command.ExecuteReaderAsync();
        foreach (var row in reader.Parse<RoomRow>()) _rooms[RoomId.Parse(row.Id)] = row.ToRoom();
        await reader.NextResultAsync();
        foreach (var row in reader.Parse<MembershipRow>()) _memberships[(RoomId.Parse(row.RoomId), UserId.Parse(row.UserId))] = row.ToMembership();
        if (named.Count == 0) return;
        await reader.NextResultAsync();
        var senders = named.ToLookup(d => d.Sender.Id, d => d.Sender);
        foreach (var row in reader.Parse<MessageRow>())
        {
            var message = row.ToMessage(senders[UserId.Parse(row.SenderId)].First());
            _sent[(message.RoomId, message.Sender.Id, message.ClientMessageId!)] = message;
        }
    }

    private void Decide()
    {
        for (var i = 0; i < drafts.Count; i++) _outcomes[i] = Decide(drafts[i]);
    }

    private Outcome<PostedMessage> Decide(MessageDraft draft)
    {
        if (!_rooms.TryGetValue(draft.RoomId, out var room)) return Refusal.NotMember;
        var membership = _memberships.GetValueOrDefault((draft.RoomId, draft.Sender.Id));
        if (draft.Admit(new PostingFacts(room, membership)) is { } refusal) return refusal;
        if (draft.ClientMessageId is { } clientId && _sent.TryGetValue((draft.RoomId, draft.Sender.Id, clientId), out var earlier))
            return new PostedMessage(earlier, Repeated: true);

        var message = new Message
        {
            Id = draft.Id,
            RoomId = draft.RoomId,
            Seq = room.HeadSeq + 1,
            Rev = room.HeadSeq + 1,
            Ordinal = room.MessageCount + 1,
            Type = draft.Type,
            Sender = draft.Sender,
            Text = draft.Text,
            CreatedAt = Columns.Time(Columns.Of(now)),
            ClientMessageId = draft.ClientMessageId,
        };
        _new.Add(message);
        _rooms[room.Id] = room with { HeadSeq = message.Seq, MessageCount = message.Ordinal };
        if (draft.ClientMessageId is { } named) _sent[(draft.RoomId, draft.Sender.Id, named)] = message;
        return new PostedMessage(message, Repeated: false);
    }

    private async Task WriteAsync(DbTransaction transaction, IReadOnlyList<string> announced)
    {
        var sql = new SqlText();
        OutboxLedger.AddRemoval(sql, announced);
        Runs = [.. _new.GroupBy(m => m.RoomId).Select(room => new CommittedRun(OutboxId.New(now), [.. room.Select(m => new MessageCreated(m))]))];
        if (_new.Count > 0) AddMessages(sql);
        if (!sql.IsEmpty) await sql.ExecuteAsync(transaction, CancellationToken.None);
    }

    private void AddMessages(SqlText sql)
    {
        var at = Columns.Of(now);
        sql.AddLiteral("insert into messages (room_id, seq, id, rev, ordinal, type, sender_id, body, client_message_id, created_at) values ").AddJoined(
            ", ",
            _new,
            m => $"({m.RoomId.Value}, {m.Seq}, {m.Id.ToString()}, {m.Rev}, {m.Ordinal}, {Columns.Of(m.Type)}, {m.Sender.Id.Value}, {m.Text}, {m.ClientMessageId}, {at})");
        sql.AddLiteral("; insert into outbox (id, node_id, room_id, first_seq, last_seq, created_at) values ").AddJoined(
            ", ", Runs, r => $"({r.OutboxId}, {node.Value}, {r.Events[0].RoomId.Value}, {r.Events[0].Seq}, {r.Events[^1].Seq}, {at})");
        foreach (var run in Runs)
        {
            var room = _rooms[run.Events[0].RoomId];
            sql.Add($"; update rooms set head_seq = {room.HeadSeq}, message_count = {room.MessageCount}, last_activity_at = {at} where id = {room.Id.Value}");
        }
        // Whoever posts has read up to there.
        foreach (var last in _new.GroupBy(m => (m.RoomId, m.Sender.Id)).Select(mine => mine.Last()))
        {
            sql.Add($"; update memberships set last_read_seq = {last.Seq}, read_count = {last.Ordinal} where room_id = {last.RoomId.Value} and user_id = {last.Sender.Id.Value}");
        }
    }
}
