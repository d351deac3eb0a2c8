namespace Chat.Tests.Journeys;

/// <summary>One gateway for all tests of a class, with SQLite and a key that the tests have; nobody's rate of connecting is limited.</summary>
public sealed class RunningGateway : IAsyncLifetime
{
    internal GatewayProcess Process { get; private set; } = null!;

    public async Task InitializeAsync() => Process = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
        // None of what is counted in a window may fall out of it while a slow machine is still counting.
        ["Limits:Window"] = "00:05:00",
        ["Limits:ConnectsPerMinute"] = "0",
    });

    public Task DisposeAsync() => Process.DisposeAsync().AsTask();
}
