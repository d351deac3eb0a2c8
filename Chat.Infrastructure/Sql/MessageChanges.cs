using System.Data.Common;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Changes of messages in SQL. Each is one transaction under the room's lock, announced behind its commit.</summary>
internal sealed class MessageChanges(SqlDatabase database, OutboxRelay relay, NodeId node, TimeProvider time) : IMessageChanges
{
    public async ValueTask<Outcome<Message>> ChangeAsync(
        RoomId room, MessageId message, UserId user, Func<MessageFacts, Outcome<MessageChange>> decide, CancellationToken cancellationToken)
    {
        var (changed, run) = await database.WriteAsync(transaction => ChangeAsync(transaction, room, message, user, decide), cancellationToken);
        if (run is not null) relay.Announce(run);
        return changed;
    }

    private async Task<(Outcome<Message> Changed, CommittedRun? Run)> ChangeAsync(
        DbTransaction transaction, RoomId room, MessageId id, UserId user, Func<MessageFacts, Outcome<MessageChange>> decide)
    {
        if (await RoomLog.OpenAsync(transaction, database.Dialect, room) is not { } log) return (Refusal.NotMember, null);
        var membership = await transaction.Connection!.QuerySingleOrDefaultAsync<MembershipRow>(
            $"select {MembershipRow.Columns} from memberships m where m.room_id = @Room and m.user_id = @User",
            new { Room = room.Value, User = user.Value },
            transaction);
        var message = await MessageRows.FindAsync(transaction.Connection!, room, id, transaction);
        if (!decide(new MessageFacts(log.Room, membership?.ToMembership(), message)).TryGet(out var change, out var refusal)) return (refusal, null);
        if (message is null) throw new InvalidOperationException("There is nothing that could be changed.");

        var now = Columns.Time(Columns.Of(time.GetUtcNow()));
        var after = await MessageWriter.ChangeAsync(log, message, change, now);
        return (after, await log.WriteAsync(node, now));
    }
}
