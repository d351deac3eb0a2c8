using System.Data.Common;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Scheduled messages in SQL. <c>wake_at</c> says when a node has to do with a row: at its time; while one posts it, when another may take it up; never once it has
/// failed. So a row is somebody's to change as long as <c>wake_at</c> is its time or nothing, and both are compared under the row's own lock.
/// </summary>
internal sealed class SqlScheduledMessageStore(SqlDatabase database, TimeProvider time) : IScheduledMessageStore
{
    private static readonly Refusal BeingPosted = new(RefusalCode.Conflict, "The message is being posted.");
    private static readonly Refusal PostedBefore = new(RefusalCode.Conflict, "A message of this clientMessageId was posted already.");

    private const string ById = "where s.id = @Id and s.sender_id = @User";
    private const string ByName = "where s.sender_id = @User and s.room_id = @Room and s.client_message_id = @Name";
    private const string WasPosted = "select g.id from messages g where g.room_id = @Room and g.sender_id = @User and g.client_message_id = @Name";

    public async ValueTask<Outcome<NewlyScheduled>> AddAsync(ScheduledMessage scheduled, int most, CancellationToken cancellationToken)
    {
        var facts = new
        {
            Id = scheduled.Id.ToString(),
            Room = scheduled.RoomId.Value,
            User = scheduled.Sender.Id.Value,
            Name = scheduled.Message.ClientMessageId,
            Body = ScheduledRows.BodyOf(scheduled.Message),
            Due = Columns.Of(scheduled.DueAt),
            Now = Columns.Of(scheduled.CreatedAt),
        };
        var insert = $"""
            insert into scheduled_messages (id, room_id, sender_id, client_message_id, body, due_at, wake_at, created_at)
            values (@Id, @Room, @User, @Name, @Body, @Due, @Due, @Now){database.Dialect.OnConflictIgnore("sender_id, room_id, client_message_id")}
            """;
        return await database.WriteAsync<Outcome<NewlyScheduled>>(
            async transaction =>
            {
                var connection = transaction.Connection!;
                // Whoever schedules much at once is counted once after the other.
                await connection.ExecuteScalarAsync<string?>($"select u.id from users u where u.id = @User{database.Dialect.ForUpdate}", facts, transaction);
                if (facts.Name is not null)
                {
                    if (await ReadOneAsync(transaction, ByName, facts) is { } first) return new NewlyScheduled(first, Repeated: true);
                    if (await connection.QueryFirstOrDefaultAsync<string>(WasPosted, facts, transaction) is not null) return PostedBefore;
                }
                if (await connection.ExecuteScalarAsync<long>("select count(*) from scheduled_messages where sender_id = @User", facts, transaction) >= most)
                    return new Refusal(RefusalCode.Conflict, $"At most {most} messages can be scheduled, those that failed included.");
                await connection.ExecuteAsync(insert, facts, transaction);
                return await ReadOneAsync(transaction, "where s.id = @Id", facts) is { } kept
                    ? new NewlyScheduled(kept, Repeated: false)
                    : new NewlyScheduled((await ReadOneAsync(transaction, ByName, facts))!, Repeated: true);
            },
            cancellationToken);
    }

    public async ValueTask<ScheduledMessage?> FindAsync(UserId user, ScheduledMessageId id, CancellationToken cancellationToken) =>
        await FindAsync(ById, new { Id = id.ToString(), User = user.Value }, cancellationToken);

    public async ValueTask<ScheduledMessage?> FindAsync(UserId user, RoomId room, string clientMessageId, CancellationToken cancellationToken) =>
        await FindAsync(ByName, new { User = user.Value, Room = room.Value, Name = clientMessageId }, cancellationToken);

    public async ValueTask<IReadOnlyList<ScheduledMessage>> ListAsync(UserId user, RoomId? room, ScheduleCursor? after, int limit, CancellationToken cancellationToken)
    {
        var inRoom = room is null ? "" : "and s.room_id = @Room ";
        var facts = new
        {
            User = user.Value,
            Room = room?.Value,
            Due = after is { } end ? Columns.Of(end.DueAt) : long.MinValue,
            Id = after?.Id.ToString() ?? "",
            Limit = limit,
        };
        return await database.ReadAsync(
            connection => ScheduledRows.ReadAsync(
                connection, $"where s.sender_id = @User {inRoom}and (s.due_at > @Due or (s.due_at = @Due and s.id > @Id)) order by s.due_at, s.id limit @Limit", facts),
            cancellationToken);
    }

    public ValueTask<Outcome<ScheduledMessage>> ChangeAsync(
        UserId user, ScheduledMessageId id, Func<ScheduledMessage, Outcome<ScheduledMessage>> decide, CancellationToken cancellationToken) =>
        OwnAsync(
            user,
            id,
            async (transaction, present) =>
            {
                if (!decide(present).TryGet(out var wanted, out var refusal)) return refusal;
                await transaction.Connection!.ExecuteAsync(
                    "update scheduled_messages set body = @Body, due_at = @Due where id = @Id",
                    new { Body = ScheduledRows.BodyOf(wanted.Message), Due = Columns.Of(wanted.DueAt), Id = id.ToString() },
                    transaction);
                if (wanted.Failure is null)
                {
                    await transaction.Connection!.ExecuteAsync(
                        "update scheduled_messages set wake_at = due_at, failed_at = null, failure_code = null, failure_detail = null where id = @Id", new { Id = id.ToString() }, transaction);
                }
                return wanted;
            },
            cancellationToken);

    public ValueTask<Outcome<ScheduledMessage>> RemoveAsync(UserId user, ScheduledMessageId id, CancellationToken cancellationToken) => OwnAsync(
        user,
        id,
        async (transaction, present) =>
        {
            await DeleteAsync(transaction, present);
            return present;
        },
        cancellationToken);

    public async ValueTask<DueMessages> TakeDueAsync(TimeSpan ahead, int most, CancellationToken cancellationToken)
    {
        var now = Columns.Of(time.GetUtcNow());
        var soon = await database.ReadAsync(
            async connection => (await connection.QueryAsync<(string Id, long WakeAt)>(
                "select id, wake_at from scheduled_messages where wake_at <= @Soon order by wake_at, id limit @Most", new { Soon = now + (long)ahead.TotalMilliseconds, Most = most })).ToList(),
            cancellationToken);
        var due = soon.Where(row => row.WakeAt <= now).ToList();
        DateTimeOffset? next = soon.Count == most && due.Count == most ? Columns.Time(now) : soon.Count > due.Count ? Columns.Time(soon[due.Count].WakeAt) : null;
        if (due.Count == 0) return new DueMessages([], next);
        return new DueMessages(await database.WriteAsync(transaction => TakeAsync(transaction, due, now), cancellationToken), next);
    }

    public async ValueTask<ReadState?> FinishAsync(ScheduledMessage scheduled, Message posted, CancellationToken cancellationToken) => await database.WriteAsync(
        async transaction =>
        {
            await DeleteAsync(transaction, scheduled);
            return await ReadPositions.PassAsync(transaction, posted);
        },
        cancellationToken);

    public async ValueTask<bool> FailAsync(ScheduledMessage scheduled, Refusal refusal, CancellationToken cancellationToken)
    {
        var facts = new
        {
            Id = scheduled.Id.ToString(),
            Room = scheduled.RoomId.Value,
            User = scheduled.Sender.Id.Value,
            Name = scheduled.ToPost().ClientMessageId,
            Code = Columns.Of(refusal.Code),
            refusal.Detail,
            Now = Columns.Of(time.GetUtcNow()),
        };
        return await database.WriteAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                if (await connection.QueryFirstOrDefaultAsync<string>(WasPosted, facts, transaction) is null)
                {
                    return await connection.ExecuteAsync(
                        "update scheduled_messages set wake_at = null, failed_at = @Now, failure_code = @Code, failure_detail = @Detail where id = @Id and wake_at <> due_at", facts, transaction) > 0;
                }
                await DeleteAsync(transaction, scheduled);
                return false;
            },
            cancellationToken);
    }

    /// <summary>Who comes first has a row; for all others it is not due any more.</summary>
    private async Task<IReadOnlyList<ScheduledMessage>> TakeAsync(DbTransaction transaction, List<(string Id, long WakeAt)> due, long now)
    {
        var until = now + (long)IScheduledMessageStore.PostingTime.TotalMilliseconds;
        var taken = new List<string>();
        foreach (var (id, wakeAt) in due)
        {
            var facts = new { Id = id, WakeAt = wakeAt, Until = until };
            if (await transaction.Connection!.ExecuteAsync("update scheduled_messages set wake_at = @Until where id = @Id and wake_at = @WakeAt", facts, transaction) > 0) taken.Add(id);
        }
        // Read behind the lock: up to then its sender may have changed it.
        return taken.Count == 0 ? [] : await ScheduledRows.ReadAsync(
            transaction.Connection!, $"where s.id {database.Dialect.IsOneOf("@Taken")} order by s.due_at, s.id", new { Taken = taken.ToArray() }, transaction);
    }

    /// <summary>Does something to one's own, which nobody is posting.</summary>
    private async ValueTask<Outcome<ScheduledMessage>> OwnAsync(
        UserId user, ScheduledMessageId id, Func<DbTransaction, ScheduledMessage, Task<Outcome<ScheduledMessage>>> change, CancellationToken cancellationToken) =>
        await database.WriteAsync<Outcome<ScheduledMessage>>(
            async transaction =>
            {
                var facts = new { Id = id.ToString(), User = user.Value };
                var locked = (await transaction.Connection!.QueryAsync<(long DueAt, long? WakeAt)>(
                    $"select s.due_at, s.wake_at from scheduled_messages s {ById}{database.Dialect.ForUpdate}", facts, transaction)).ToList();
                if (locked.Count == 0) return MessageSchedule.NoSuchMessage;
                if (locked[0].WakeAt is { } wakeAt && wakeAt != locked[0].DueAt) return BeingPosted;
                return await change(transaction, (await ReadOneAsync(transaction, ById, facts))!);
            },
            cancellationToken);

    private async ValueTask<ScheduledMessage?> FindAsync(string which, object facts, CancellationToken cancellationToken) =>
        (await database.ReadAsync(connection => ScheduledRows.ReadAsync(connection, which, facts), cancellationToken)).SingleOrDefault();

    private static async Task<ScheduledMessage?> ReadOneAsync(DbTransaction transaction, string which, object facts) =>
        (await ScheduledRows.ReadAsync(transaction.Connection!, which, facts, transaction)).SingleOrDefault();

    private static Task<int> DeleteAsync(DbTransaction transaction, ScheduledMessage scheduled) =>
        transaction.Connection!.ExecuteAsync("delete from scheduled_messages where id = @Id", new { Id = scheduled.Id.ToString() }, transaction);
}
