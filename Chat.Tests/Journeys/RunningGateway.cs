namespace Chat.Tests.Journeys;

/// <summary>One gateway for all tests of a class, with SQLite and a key that the tests have; nobody's rate of connecting is limited.</summary>
public sealed class RunningGateway : IAsyncLifetime
{
    internal GatewayProcess Process { get; private set; } = null!;

    public async Task InitializeAsync() => Process = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
        ["Auth:ConnectTimeout"] = "00:00:02",
        ["Limits:ConnectsPerMinute"] = "0",
    });

    public Task DisposeAsync() => Process.DisposeAsync().AsTask();
}
