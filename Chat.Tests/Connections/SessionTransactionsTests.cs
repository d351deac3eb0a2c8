using System.Buffers;
using System.Text;
using Stomp.Gateway.Connections;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Connections;

/// <summary>How much one session may put by in its open transactions.</summary>
public sealed class SessionTransactionsTests
{
    private readonly SessionTransactions _transactions = new(maxBytes: 1_000_000);

    [Fact]
    public void All_open_transactions_together_have_1024_frames_and_what_ends_makes_room()
    {
        _transactions.Begin("a").Should().BeNull();
        _transactions.Begin("b").Should().BeNull();
        for (var i = 0; i < 1_024; i++) _transactions.Add(i % 2 == 0 ? "a" : "b", Send("x")).Should().BeNull();

        _transactions.Add("a", Send("x"))!.Message.Should().Be("Transaction too large");

        _transactions.Take("a").Should().HaveCount(512);
        _transactions.Add("b", Send("x")).Should().BeNull();
    }

    [Fact]
    public void They_have_so_many_octets_and_what_ends_makes_room()
    {
        _transactions.Begin("a").Should().BeNull();
        _transactions.Begin("b").Should().BeNull();
        _transactions.Add("a", Send(new string('x', 600_000))).Should().BeNull();

        _transactions.Add("b", Send(new string('x', 600_000)))!.Message.Should().Be("Transaction too large");

        _transactions.Take("a").Should().ContainSingle();
        _transactions.Add("b", Send(new string('x', 600_000))).Should().BeNull();
    }

    private static Frame Send(string body)
    {
        var octets = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes($"SEND\ndestination:/queue/x\n\n{body}\0"));
        new FrameReader(new FrameLimits { MaxBodyBytes = 0 }).TryRead(ref octets, out var frame).Should().BeTrue();
        return frame;
    }
}
