using ChatStomp.Bench.Load;

namespace ChatStomp.Bench.Scenarios;

/// <summary>What the broker between the nodes does for a message when a room has few members, and when it has ten times as many; the messages come as often.</summary>
internal static class BrokerCost
{
    private const int Rooms = 20;
    private const int PerSecond = 300;

    public static async Task<Measurements> RunAsync(Subject subject)
    {
        var results = new Measurements();
        foreach (var members in new[] { 10, 100 })
        {
            var measured = await FanOut.RunAsync(subject, new Crowd(Rooms, members, PerSecond: PerSecond));
            results[$"{FanOut.BrokerMeasure}, {members} members"] = measured[FanOut.BrokerMeasure];
        }
        return results;
    }
}
