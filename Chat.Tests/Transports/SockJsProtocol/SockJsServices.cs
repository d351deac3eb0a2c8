namespace Chat.Tests.Transports.SockJsProtocol;

/// <summary>The four services that the SockJS protocol's public tests talk to, on a real port; one host for all tests of a class.</summary>
public sealed class SockJsServices : IAsyncLifetime
{
    internal TransportHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await TransportHost.StartAsync(options => options.TestServices = true);

    public Task DisposeAsync() => Host.DisposeAsync().AsTask();
}
