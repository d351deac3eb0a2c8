using Stomp.Gateway.Connections;

namespace Chat.Tests.Connections;

/// <summary>What comes of the two sides' wishes (STOMP 1.2, Heart-beating).</summary>
public sealed class HeartbeatTests
{
    [Theory]
    [InlineData(null, 10_000, 10_000, 0, 0)]
    [InlineData("0,0", 10_000, 10_000, 0, 0)]
    [InlineData("5000,20000", 10_000, 10_000, 20_000, 10_000)]
    [InlineData("20000,5000", 10_000, 10_000, 10_000, 20_000)]
    [InlineData("0,5000", 10_000, 10_000, 10_000, 0)]
    [InlineData("5000,0", 10_000, 10_000, 0, 10_000)]
    [InlineData("5000,5000", 0, 10_000, 0, 10_000)]
    [InlineData("5000,5000", 10_000, 0, 10_000, 0)]
    [InlineData(" 5000 , 5000 ", 1_000, 1_000, 5_000, 5_000)]
    [InlineData("99999999999999,1", 1_000, 1_000, 1_000, 86_400_000)]
    public void The_slower_wish_counts_and_zero_means_none(string? header, int sends, int wants, long sendEvery, long expectEvery)
    {
        Heartbeat.TryAgree(header, sends, wants, out var agreed).Should().BeTrue();

        agreed.Should().Be(new Heartbeat(sendEvery, expectEvery));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10000")]
    [InlineData("a,b")]
    [InlineData("-1,0")]
    [InlineData("1,2,3")]
    [InlineData("1.5,0")]
    public void What_is_not_two_numbers_is_refused(string header) => Heartbeat.TryAgree(header, 10_000, 10_000, out _).Should().BeFalse();
}
