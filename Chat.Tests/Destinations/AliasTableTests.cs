using Stomp.Gateway.Destinations;
using Stomp.Gateway.Destinations.Aliases;

namespace Chat.Tests.Destinations;

/// <summary>Where a frontend's own destinations lead, and what becomes of what it sends there.</summary>
public sealed class AliasTableTests
{
    private readonly AliasTable _rooms = Aliases.Table("""
        [
          { "Send": "/pub/{tenant}/rooms/{roomId}/say", "To": "/app/rooms/{roomId}/messages", "Fields": { "body.words": "text", "id": "clientMessageId" } },
          { "Send": "/pub/chat.message", "When": { "type": "TALK", "public": "true" }, "To": "/app/rooms/{body.room.id}/messages", "Fields": { "message": "text" } },
          { "Send": "/pub/chat.message", "When": { "type": "ENTER" }, "To": "" },
          { "Send": "/pub/raw", "To": "/app/rooms/tea/messages" },
          { "Subscribe": "/sub/rooms/{roomId}", "To": "/topic/rooms/{roomId}" },
          { "Subscribe": "/sub/rooms/{roomId}", "To": "/topic/rooms/never" }
        ]
        """);

    [Fact]
    public void A_destination_that_no_alias_has_stays_as_it_is()
    {
        _rooms.Send("/app/rooms/tea/messages", """{"text":"x"}""").Should().Be("""/app/rooms/tea/messages {"text":"x"}""");
        _rooms.Subscribe("/topic/rooms.tea").Should().Be("/topic/rooms.tea");
        _rooms.Send("nonsense", "").Should().Be("nonsense ");
    }

    [Theory]
    [InlineData("/pub/acme/rooms/tea/say")]
    [InlineData("/pub/acme.rooms.tea.say")]
    public void A_dot_is_as_good_as_a_slash_and_the_fields_are_ours_then(string destination)
    {
        _rooms.Send(destination, """{"id":"c-1","body":{"words":"안녕 \"you\""},"more":[1]}""")
            .Should().Be("""/app/rooms/tea/messages application/json {"text":"안녕 \"you\"","clientMessageId":"c-1"}""");
    }

    [Fact]
    public void What_the_body_does_not_have_is_left_out()
    {
        _rooms.Send("/pub/a/rooms/tea/say", """{"body":{"words":null},"id":{"x":1}}""").Should().Be("""/app/rooms/tea/messages application/json {"clientMessageId":{"x":1}}""");
        _rooms.Send("/pub/a/rooms/tea/say", """{"body":"words"}""").Should().Be("/app/rooms/tea/messages application/json {}");
    }

    [Fact]
    public void The_rewritten_body_is_JSON_whatever_its_sender_called_it()
    {
        _rooms.Send("/pub/a/rooms/tea/say", """{"body":{"words":"x"}}""", "content-type:text/plain\ncontent-length:22\n")
            .Should().Be("""/app/rooms/tea/messages application/json {"text":"x"}""");
    }

    [Fact]
    public void Without_fields_the_body_goes_as_it_came()
    {
        _rooms.Send("/pub/raw", "no JSON at all", "content-type:text/plain\n").Should().Be("/app/rooms/tea/messages text/plain no JSON at all");
    }

    [Fact]
    public void The_first_alias_that_applies_counts()
    {
        _rooms.Send("/pub/chat/message", """{"type":"TALK","public":true,"room":{"id":"tea"},"message":"x"}""").Should().Be("""/app/rooms/tea/messages application/json {"text":"x"}""");
        _rooms.Send("/pub/chat/message", """{"type":"ENTER","room":{"id":"tea"}}""").Should().Be("nothing");
        _rooms.Subscribe("/sub/rooms/tea").Should().Be("/topic/rooms/tea");
    }

    [Theory]
    [InlineData("""{"type":"TALK","public":false,"room":{"id":"tea"}}""")]
    [InlineData("""{"type":"QUIT"}""")]
    [InlineData("""{"type":["TALK"]}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("TALK")]
    [InlineData("""{"type":"TALK"} {}""")]
    [InlineData("")]
    [InlineData("""{"type":"\ud800"}""")]
    public void A_body_that_no_alias_of_the_destination_wants_is_refused(string body) => _rooms.Send("/pub/chat/message", body).Should().Be("Invalid");

    [Fact]
    public void A_number_is_a_rooms_id_too()
    {
        _rooms.Send("/pub/chat/message", """{"type":"TALK","public":true,"room":{"id":42},"message":"x"}""").Should().StartWith("/app/rooms/42/messages ");
    }

    [Theory]
    [InlineData("\"a/b\"")]
    [InlineData("\"../x\"")]
    [InlineData("\"a.b\"")]
    [InlineData("\"\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("4.2")]
    [InlineData("null")]
    [InlineData("{}")]
    public void What_is_no_rooms_id_leads_nowhere(string id)
    {
        _rooms.Send("/pub/chat/message", $$"""{"type":"TALK","public":true,"room":{"id":{{id}}},"message":"x"}""").Should().Be("NotFound");
    }

    [Theory]
    [InlineData("/sub/rooms/a b")]
    [InlineData("/sub/rooms/*")]
    public void What_is_no_rooms_id_in_a_destination_leads_nowhere(string destination) => _rooms.Subscribe(destination).Should().Be("NotFound");

    [Fact]
    public void A_variable_stands_for_one_segment_that_is_not_empty()
    {
        foreach (var other in (string[])["/sub/rooms/", "/sub/rooms", "/sub/rooms/a/b", "/Sub/rooms/a", "/sub/room/a"]) _rooms.Subscribe(other).Should().Be(other);
    }

    [Fact]
    public void The_profile_of_sub_and_pub_talks_and_takes_ENTER_for_nothing()
    {
        var profile = Aliases.Profile("spring-sub-pub");

        profile.Subscribe("/sub/chat/room/tea").Should().Be("/topic/rooms/tea");
        profile.Send("/pub/chat/message", """{"type":"TALK","roomId":"tea","sender":"Alice","message":"Hello"}""").Should().Be("""/app/rooms/tea/messages application/json {"text":"Hello"}""");
        profile.Send("/pub/chat/message", """{"type":"ENTER","roomId":"tea","sender":"Alice"}""").Should().Be("nothing");
        profile.Apply(Destination.Parse("/sub/chat/room/tea")).Value.View.Should().Match<RoomView>(v => v.Joins && !v.MakesRoom && v.Shape != null);
    }

    [Fact]
    public void The_profile_of_topic_and_app_talks_in_the_public_room_which_is_made()
    {
        var profile = Aliases.Profile("spring-topic-app");

        profile.Subscribe("/topic/public").Should().Be("/topic/rooms/public");
        profile.Send("/app/chat.sendMessage", """{"sender":"Alice","content":"Hello","type":"CHAT"}""").Should().Be("""/app/rooms/public/messages application/json {"text":"Hello"}""");
        profile.Send("/app/chat.addUser", """{"sender":"Alice","type":"JOIN"}""").Should().Be("nothing");
        profile.Apply(Destination.Parse("/topic/public")).Value.View.Should().Match<RoomView>(v => v.Joins && v.MakesRoom && v.Shape != null);
    }
}
