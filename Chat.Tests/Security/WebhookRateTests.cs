using System.Net;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Domain.Webhooks;
using Microsoft.Extensions.Time.Testing;
using Stomp.Gateway.Options;
using Stomp.Gateway.Security;

namespace Chat.Tests.Security;

public sealed class WebhookRateTests
{
    private static readonly LimitsOptions Limits = new() { WebhookCallsPerMinute = 3, MessagesPerWindow = 2, Window = TimeSpan.FromHours(1) };

    [Fact]
    public void Calls_are_counted_by_their_address()
    {
        var rate = New();

        var told = Enumerable.Range(0, 4).Select(_ => rate.TryTake(IPAddress.Loopback)?.Code).ToList();

        told.Should().Equal(null, null, null, RefusalCode.RateLimited);
        rate.TryTake(IPAddress.IPv6Loopback).Should().BeNull();
    }

    [Fact]
    public void Messages_are_counted_by_their_webhook()
    {
        var rate = New();
        var (one, other) = (New("same name"), New("same name"));

        var told = Enumerable.Range(0, 3).Select(_ => rate.TryTake(one)?.Code).ToList();

        told.Should().Equal(null, null, RefusalCode.RateLimited);
        rate.TryTake(other).Should().BeNull();
    }

    private static WebhookRate New()
    {
        var clock = new FakeTimeProvider();
        return new WebhookRate(Limits, new MessageRate(Limits, clock), clock);
    }

    private static Webhook New(string name) => new(WebhookId.New(DateTimeOffset.UnixEpoch), RoomId.Parse("r"), name, UserId.Parse("alice"), DateTimeOffset.UnixEpoch);
}
