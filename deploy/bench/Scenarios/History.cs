using ChatStomp.Bench.Load;
using ChatStomp.Bench.Peers;

namespace ChatStomp.Bench.Scenarios;

/// <summary>What could grow with what is stored, and should not: opening a room, the list of 500 rooms, and sending, with few and with many messages in the database.</summary>
internal static class History
{
    private const int Rooms = 500;

    public static async Task<Measurements> RunAsync(Subject subject)
    {
        var gateway = (ChatStompSubject)subject;
        var rooms = await gateway.MakeRoomsAsync([.. Enumerable.Range(0, Rooms).Select(IReadOnlyList<string> (_) => ["reader", "other"])]);
        var results = new Measurements();
        foreach (var stored in new[] { 1_000, 1_000_000 })
        {
            await gateway.RestartAsync(() => StoredMessages.FillAsync(gateway, stored / Rooms, number => $"message {number} of rooms that have many of them"));
            await using var visit = await Visit.BeginAsync(gateway, "reader", rooms);
            results[$"µs to open a room, {stored:N0} stored"] = await visit.OpeningAsync();
            results[$"µs for the list of 500 rooms, {stored:N0} stored"] = await visit.ListingAsync();
            results[$"µs from SEND to RECEIPT, {stored:N0} stored"] = await visit.SendingAsync();
        }
        return results;
    }
}
