using ChatStomp.Bench.Load;
using ChatStomp.Bench.Peers;

namespace ChatStomp.Bench.Scenarios;

/// <summary>Sending with few rooms and with many on the server, to one after the other of them.</summary>
internal static class ManyRooms
{
    private const int Few = 10;
    private const int Many = 10_000;

    public static async Task<Measurements> RunAsync(Subject subject)
    {
        var gateway = (ChatStompSubject)subject;
        var results = new Measurements();
        var rooms = new List<Room>();
        foreach (var count in new[] { Few, Many })
        {
            rooms.AddRange(await gateway.MakeRoomsAsync([.. Enumerable.Range(rooms.Count, count - rooms.Count).Select(IReadOnlyList<string> (_) => ["author"])]));
            await using var visit = await Visit.BeginAsync(gateway, "author", rooms);
            // The server does not start again between the two: without this the first would have its warming up alone.
            if (count == Few) await visit.SendingAsync();
            results[$"µs from SEND to RECEIPT, {count:N0} rooms"] = await visit.SendingAsync();
        }
        return results;
    }
}
