using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Domain.Webhooks;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>Webhooks in SQL. What their messages show of them is a row of <c>users</c>, which stays when they go.</summary>
internal sealed class SqlWebhookStore(SqlDatabase database, RoomTransactions transactions) : IWebhookStore
{
    public async ValueTask<Refusal?> AddAsync(Webhook webhook, string secretHash, Func<RoomFacts, int, Refusal?> admit, CancellationToken cancellationToken)
    {
        var added = await transactions.RunAsync<bool>(
            webhook.RoomId,
            async (log, now) =>
            {
                var connection = log.Transaction.Connection!;
                var present = await connection.ExecuteScalarAsync<long>("select count(*) from webhooks where room_id = @Room", new { Room = webhook.RoomId.Value }, log.Transaction);
                if (admit(await log.ReadFactsAsync(webhook.CreatedBy, other: null, now), (int)present) is { } refusal) return refusal;
                await connection.ExecuteAsync(
                    "insert into webhooks (id, room_id, name, secret_hash, created_by, created_at) values (@Id, @Room, @Name, @Hash, @By, @At)",
                    new { Id = $"{webhook.Id}", Room = webhook.RoomId.Value, webhook.Name, Hash = secretHash, By = webhook.CreatedBy.Value, At = Columns.Of(webhook.CreatedAt) },
                    log.Transaction);
                return true;
            },
            cancellationToken);
        return added.Refusal;
    }

    public ValueTask<IReadOnlyList<Webhook>> ListAsync(RoomId room, CancellationToken cancellationToken) => ReadAsync("room_id = @Value", room.Value, cancellationToken);

    public ValueTask<Refusal?> RemoveAsync(RoomId room, UserId actor, WebhookId webhook, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken) => transactions.RunAsync(
        room,
        actor,
        other: null,
        admit,
        (log, _) => log.Transaction.Connection!.ExecuteAsync(
            "delete from webhooks where id = @Id and room_id = @Room", new { Id = $"{webhook}", Room = room.Value }, log.Transaction),
        cancellationToken);

    public async ValueTask<Webhook?> FindAsync(string secretHash, CancellationToken cancellationToken) =>
        (await ReadAsync("secret_hash = @Value", secretHash, cancellationToken)).SingleOrDefault();

    private async ValueTask<IReadOnlyList<Webhook>> ReadAsync(string where, string value, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            connection => connection.QueryAsync<WebhookRow>(
                $"select id as Id, room_id as RoomId, name as Name, created_by as CreatedBy, created_at as CreatedAt from webhooks where {where} order by id", new { Value = value }),
            cancellationToken);
        return [.. rows.Select(row => row.ToWebhook())];
    }

    private sealed class WebhookRow
    {
        public string Id { get; init; } = "";
        public string RoomId { get; init; } = "";
        public string Name { get; init; } = "";
        public string CreatedBy { get; init; } = "";
        public long CreatedAt { get; init; }

        public Webhook ToWebhook() =>
            new(new WebhookId(Guid.ParseExact(Id, "D")), Domain.Rooms.RoomId.Parse(RoomId), Name, UserId.Parse(CreatedBy), Columns.Time(CreatedAt));
    }
}
