using Stomp.Gateway.Destinations;

namespace Chat.Tests.Destinations;

public sealed class DestinationTests
{
    [Theory]
    [InlineData("/app/rooms/42/messages/7/edit", "app rooms * messages * edit", "42 7")]
    [InlineData("/app/rooms.42.messages.7.edit", "app rooms * messages * edit", "42 7")]
    [InlineData("/app/rooms/42", "app rooms *", "42")]
    [InlineData("/app/rooms", "app rooms", "")]
    [InlineData("/user/queue/x/y", "user queue **", "")]
    [InlineData("/x/1/2/3", "x * **", "1")]
    public void Each_star_of_a_pattern_stands_for_one_segment(string destination, string pattern, string variables)
    {
        Destination.Parse(destination).Matches(pattern.Split(' '), out var found).Should().BeTrue();
        string.Join(' ', found).Should().Be(variables);
    }

    [Theory]
    [InlineData("/app/rooms//messages/7/edit", "app rooms * messages * edit")]
    [InlineData("/app/rooms/42/messages//edit", "app rooms * messages * edit")]
    [InlineData("/app/rooms/42/messages/7/pin", "app rooms * messages * edit")]
    [InlineData("/app/rooms/42/messages/7", "app rooms * messages * edit")]
    [InlineData("/user/queue", "user queue **")]
    public void Another_shape_does_not_match(string destination, string pattern)
    {
        Destination.Parse(destination).Matches(pattern.Split(' '), out var found).Should().BeFalse();
        found.Should().BeEmpty();
    }
}
