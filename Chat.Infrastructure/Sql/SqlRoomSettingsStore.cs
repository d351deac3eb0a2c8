using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Dapper;

namespace Chat.Infrastructure.Sql;

/// <summary>A room's settings, and its end.</summary>
internal sealed class SqlRoomSettingsStore(RoomTransactions transactions) : IRoomSettingsStore
{
    public ValueTask<Outcome<RoomListing>> ChangeAsync(
        RoomId room, UserId actor, Func<RoomFacts, Outcome<RoomSettings>> decide, CancellationToken cancellationToken) => transactions.RunAsync<RoomListing>(
        room,
        async (log, now) =>
        {
            var facts = await log.ReadFactsAsync(actor, other: null, now);
            if (!decide(facts).TryGet(out var wanted, out var refusal)) return refusal;
            var changed = log.Room;
            if (wanted != changed.Settings)
            {
                await UpdateAsync(log, wanted);
                changed = changed with { Settings = wanted, HeadSeq = log.NextSeq };
                log.Add(new RoomUpdated(changed, changed.HeadSeq, now));
            }
            return new RoomListing(changed, facts.Actor!, LastMessage: null, Peer: null);
        },
        cancellationToken);

    public ValueTask<Outcome<Room>> CloseAsync(RoomId room, UserId actor, Func<RoomFacts, Refusal?> admit, CancellationToken cancellationToken) => transactions.RunAsync<Room>(
        room,
        async (log, now) =>
        {
            if (admit(await log.ReadFactsAsync(actor, other: null, now)) is { } refusal) return refusal;
            if (log.Room.ClosedAt is not null) return log.Room;
            await log.Transaction.Connection!.ExecuteAsync(
                "update rooms set closed_at = @Now where id = @Id", new { Now = Columns.Of(now), Id = room.Value }, log.Transaction);
            var closed = log.Room with { ClosedAt = now, HeadSeq = log.NextSeq };
            log.Add(new RoomClosed(closed, closed.HeadSeq, now));
            return closed;
        },
        cancellationToken);

    private static Task<int> UpdateAsync(RoomLog log, RoomSettings settings) => log.Transaction.Connection!.ExecuteAsync(
        """
        update rooms set name = @Name, description = @Description, image_url = @ImageUrl, visibility = @Visibility, max_members = @MaxMembers,
            history_for_new_members = @HistoryForNewMembers, history_for_former_members = @HistoryForFormerMembers, edit_window_seconds = @EditWindowSeconds,
            delete_window_seconds = @DeleteWindowSeconds, slow_mode_seconds = @SlowModeSeconds, read_only = @ReadOnly, join_approval = @JoinApproval
        where id = @Id
        """,
        SettingsColumns.Of(log.Room.Id, settings),
        log.Transaction);
}

/// <summary>A room's settings as the values of its columns.</summary>
internal sealed record SettingsColumns
{
    public required string Id { get; init; }
    public required string? Name { get; init; }
    public required string? Description { get; init; }
    public required string? ImageUrl { get; init; }
    public required string Visibility { get; init; }
    public required long MaxMembers { get; init; }
    public required string HistoryForNewMembers { get; init; }
    public required string HistoryForFormerMembers { get; init; }
    public required long EditWindowSeconds { get; init; }
    public required long DeleteWindowSeconds { get; init; }
    public required long SlowModeSeconds { get; init; }
    public required long ReadOnly { get; init; }
    public required long JoinApproval { get; init; }

    public static SettingsColumns Of(RoomId room, RoomSettings settings) => new()
    {
        Id = room.Value,
        Name = settings.Name,
        Description = settings.Description,
        ImageUrl = settings.ImageUrl,
        Visibility = Columns.Of(settings.Visibility),
        MaxMembers = settings.MaxMembers,
        HistoryForNewMembers = Columns.Of(settings.HistoryForNewMembers),
        HistoryForFormerMembers = Columns.Of(settings.HistoryForFormerMembers),
        EditWindowSeconds = (long)settings.EditWindow.TotalSeconds,
        DeleteWindowSeconds = (long)settings.DeleteWindow.TotalSeconds,
        SlowModeSeconds = (long)settings.SlowMode.TotalSeconds,
        ReadOnly = settings.ReadOnly ? 1 : 0,
        JoinApproval = settings.JoinApproval ? 1 : 0,
    };
}
