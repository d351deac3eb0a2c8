using Chat.Domain.Brokering;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Conformance;

public sealed class InProcessBrokerTests : BrokerSuite
{
    [Fact]
    public async Task However_short_a_message_lives_who_waits_for_it_gets_it()
    {
        // Whenever the time is looked at, a second has passed.
        await using var node = BrokerNode.StartInProcess(new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) });
        await using var client = node.Open();
        var queue = new QueueAddress("short");
        var listener = await client.ListenAsync(queue);

        await client.PublishAsync(queue, Text.Message("1") with { Expiration = TimeSpan.FromMilliseconds(1) });

        (await listener.NextTextAsync()).Should().Be("1");
    }

    private protected override Task<BrokerNode> StartBrokerAsync() => Task.FromResult(BrokerNode.StartInProcess());
}
