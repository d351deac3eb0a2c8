using Chat.Domain;
using Chat.Domain.Presence;
using Chat.Tests.Support.Servers;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Chat.Tests.Conformance;

/// <summary>Redis goes away: nothing that can do without it is refused, and it is used again when it is back.</summary>
public sealed class RedisFailureTests
{
    [NeedsFact(Server.Redis)]
    public async Task While_Redis_is_away_presence_is_unknown_and_it_is_used_again_when_it_is_back()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var node = new LiveNode(redis.ConnectionString);
        await node.RenewAsync();
        var (user, room) = (Sample.NewUser(), Sample.NewRoom());
        var session = node.NewSession(user);
        await node.EnterAsync(session);
        (await node.CheckHealthAsync()).Status.Should().Be(HealthStatus.Healthy);

        await redis.KillAsync();

        (await node.PresenceOfAsync(user)).Should().Be(UserPresence.Unknown);
        (await node.Sessions.ListAsync(user, CancellationToken.None)).Should().Equal(session);
        (await node.Recent.FindAsync(room, "epoch", 1, CancellationToken.None)).Should().BeNull();
        await node.Awaiting(away => away.RenewAsync()).Should().ThrowAsync<StoreUnavailableException>();
        (await node.CheckHealthAsync()).Should().Match<HealthReportEntry>(entry => entry.Status == HealthStatus.Degraded && entry.Description!.Contains($"127.0.0.1:{redis.Port}"));

        await redis.StartAgainAsync();
        await EventuallyAsync(async () => (await node.CheckHealthAsync()).Status == HealthStatus.Healthy);
        await node.RenewAsync();
        await node.EnterAsync(session);
        (await node.PresenceOfAsync(user)).State.Should().Be(PresenceState.Online);
    }

    [NeedsFact(Server.Redis)]
    public async Task A_node_that_starts_before_its_Redis_finds_it_later()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.KillAsync();
        await using var node = new LiveNode(redis.ConnectionString);
        await node.Awaiting(early => early.RenewAsync()).Should().ThrowAsync<StoreUnavailableException>();

        await redis.StartAgainAsync();

        await EventuallyAsync(async () => (await node.CheckHealthAsync()).Status == HealthStatus.Healthy);
        (await node.RenewAsync()).WasLost.Should().BeTrue();
    }
}
