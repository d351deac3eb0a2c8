namespace Stomp.Gateway.Transports.SockJs.TestServices;

/// <summary>Closes at once, with the code and the words that the tests know.</summary>
internal sealed class CloseConnection : IConnectionRunner
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);
    private static readonly CloseReason GoAway = new(3000, "Go away!", "test_close");

    public async Task RunAsync(ITransport transport, ClientOrigin origin, CancellationToken serverStopping)
    {
        using var deadline = new CancellationTokenSource(CloseTimeout);
        await transport.CloseAsync(GoAway, deadline.Token);
    }
}
