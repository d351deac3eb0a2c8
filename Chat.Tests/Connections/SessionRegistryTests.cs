using System.Text;
using Chat.Domain.Sessions;
using Chat.Tests.Journeys;
using Chat.Tests.Transcripts;
using Chat.Tests.Transcripts.Channels;
using Stomp.Gateway.Connections;

namespace Chat.Tests.Connections;

/// <summary>What a node remembers of its sessions until it has told the others.</summary>
public sealed class SessionRegistryTests(TranscriptHost host) : IClassFixture<TranscriptHost>
{
    private readonly SessionRegistry _registry = new(maxSessionsPerUser: 0);

    [Fact]
    public async Task Of_a_session_that_ended_it_keeps_what_it_was_and_not_its_connection()
    {
        var (connection, session) = await ComeAndGoAsync();

        await CollectAsync(connection);

        _registry.TakeChanged().Should().BeEmpty("what is over has not begun");
        _registry.TakeEnded().Should().Equal(session);
        _registry.TakeEnded().Should().BeEmpty("it is told once");
    }

    /// <summary>Somebody connects and goes. All that is left of it here is whether it is in memory, and what it was.</summary>
    private async Task<(WeakReference Connection, Session Session)> ComeAndGoAsync()
    {
        await using var channel = new MemoryChannel(new StompConnectionRunner(host.Connections with { Sessions = _registry }));
        await channel.SendAsync(Encoding.UTF8.GetBytes($"CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer {TestTokens.Issue("alice")}\n\n\0"));
        await channel.ReceiveAsync();
        var connection = _registry.All().Single();
        return (new WeakReference(connection), connection.Describe());
    }

    /// <summary>Those who served it may have it on their stacks for a moment still.</summary>
    private static async Task CollectAsync(WeakReference connection)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (connection.IsAlive)
        {
            GC.Collect();
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
