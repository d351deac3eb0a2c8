using System.Data;
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

    private static Task<int> UpdateAsync(RoomLog log, RoomSettings settings)
    {
        var values = SettingsColumns.Of(settings);
        values.Add("Id", log.Room.Id.Value);
        return log.Transaction.Connection!.ExecuteAsync($"update rooms set {SettingsColumns.Assignments} where id = @Id", values, log.Transaction);
    }
}

/// <summary>The columns of a room that are its settings, each the parameter of its value. <see cref="RoomRow"/> reads them.</summary>
internal static class SettingsColumns
{
    private static readonly (string Name, Func<RoomSettings, object?> ValueOf)[] All =
    [
        ("name", settings => settings.Name),
        ("description", settings => settings.Description),
        ("image_url", settings => settings.ImageUrl),
        ("visibility", settings => Columns.Of(settings.Visibility)),
        ("max_members", settings => (long)settings.MaxMembers),
        ("history_for_new_members", settings => Columns.Of(settings.HistoryForNewMembers)),
        ("history_for_former_members", settings => Columns.Of(settings.HistoryForFormerMembers)),
        ("edit_window_seconds", settings => (long)settings.EditWindow.TotalSeconds),
        ("delete_window_seconds", settings => (long)settings.DeleteWindow.TotalSeconds),
        ("slow_mode_seconds", settings => (long)settings.SlowMode.TotalSeconds),
        ("read_only", settings => settings.ReadOnly ? 1L : 0L),
        ("join_approval", settings => settings.JoinApproval ? 1L : 0L),
    ];

    /// <summary>For an insert, with <see cref="Parameters"/>.</summary>
    public static readonly string Names = string.Join(", ", All.Select(column => column.Name));

    public static readonly string Parameters = string.Join(", ", All.Select(column => $"@{column.Name}"));

    /// <summary>For an update.</summary>
    public static readonly string Assignments = string.Join(", ", All.Select(column => $"{column.Name} = @{column.Name}"));

    /// <summary>The values of the parameters.</summary>
    public static DynamicParameters Of(RoomSettings settings)
    {
        var values = new DynamicParameters();
        foreach (var (name, valueOf) in All)
        {
            var value = valueOf(settings);
            values.Add(name, value, value is long ? DbType.Int64 : DbType.String);
        }
        return values;
    }
}
