using System.Collections.Frozen;
using Chat.Domain.Users;
using Stomp.Gateway.Destinations.General;
using Stomp.Gateway.Options;

namespace Chat.Tests.Destinations;

/// <summary>What a grant covers, however the destination is written.</summary>
public sealed class GrantsTests
{
    [Theory]
    [InlineData("/topic/news/*", "/topic/news/a", true)]
    [InlineData("/topic/news/*", "/topic/news.*", true)]
    [InlineData("/topic/news/*", "/topic/news/%2A", true)]
    [InlineData("/topic/news/*", "/topic/%6Eews/a%2Fb", true)]
    [InlineData("/topic/a%2Fb", "/topic/a%2fb", true)]
    [InlineData("/topic/news/**", "/topic/news/%23", true)]
    [InlineData("/topic/news/**", "/topic/news/a%2Eb", true)]
    [InlineData("/topic/news/*", "/topic/news/#", false)]
    [InlineData("/topic/news/*", "/topic/news/%23", false)]
    [InlineData("/topic/news/*", "/topic/news/%2A%2A", false)]
    [InlineData("/topic/news/*", "/topic/news/*%2A", false)]
    [InlineData("/topic/news/*", "/topic/news/a%2Eb", false)]
    [InlineData("/topic/news/*", "/topic/news/%2e%23", false)]
    [InlineData("/queue/*", "/queue/chat%2Esystem", false)]
    [InlineData("/exchange/x/*", "/exchange/x/%23", false)]
    [InlineData("/exchange/x/a.*", "/exchange/x/a.%23", false)]
    [InlineData("/exchange/*/k", "/exchange/chat%2Eevents/k", false)]
    [InlineData("/exchange/orders/**", "/exchange/orders.dlx/k", false)]
    [InlineData("/exchange/orders/*", "/exchange/orders.dlx", false)]
    [InlineData("/exchange/orders/*", "/exchange/orders%2Edlx", false)]
    [InlineData("/exchange/*/k", "/exchange/orders.dlx/k", false)]
    [InlineData("/exchange/orders.dlx/*", "/exchange/orders.dlx/k", true)]
    [InlineData("/exchange/orders.dlx/*", "/exchange/orders%2Edlx/k", true)]
    [InlineData("/exchange/orders.dlx/a/*", "/exchange/orders.dlx/a.b", true)]
    [InlineData("/topic/%2A", "/topic/news", false)]
    [InlineData("/topic/%2A%2A", "/topic/news", false)]
    public void A_grant_covers_what_the_destination_means(string pattern, string destination, bool isCovered)
    {
        var grants = new Grants(new StompOptions { Grants = [new GrantOptions { User = "alice", Send = [pattern], Subscribe = [pattern] }] });
        var alice = new Caller(UserId.Parse("alice"), "Alice", AvatarUrl: null, FrozenSet<string>.Empty);

        grants.MaySubscribe(alice, destination).Should().Be(isCovered);
        grants.MaySend(alice, destination).Should().Be(isCovered);
    }
}
