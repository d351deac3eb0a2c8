using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Stomp.Gateway.Destinations.Aliases;

namespace Chat.Tests.Destinations;

/// <summary>What may stand in <c>Stomp:Aliases</c>, and what is said of what may not.</summary>
public sealed partial class AliasSettingsTests
{
    [Theory]
    [InlineData("""{ }""", "Stomp:Aliases:0 must have", "\"Profile\": \"spring-topic-app\"")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "Feilds": { "message": "text" } }""", "Stomp:Aliases:0:Feilds is no setting", "Fields")]
    [InlineData("\"spring-topic-app\"", "Stomp:Aliases:0 is \"spring-topic-app\"", "\"Profile\": \"spring-topic-app\"")]
    [InlineData("""{ "Profile": "spring-topic-app", "Join": true }""", "Stomp:Aliases:0 must have", "Profile alone")]
    [InlineData("""{ "Subscribe": "/a", "Send": "/b", "To": "/topic/rooms/tea" }""", "Stomp:Aliases:0 must have", "one of Subscribe and Send")]
    [InlineData("""{ "Profile": "spring" }""", "Stomp:Aliases:0:Profile is \"spring\"", "spring-sub-pub and spring-topic-app")]
    [InlineData("""{ "Subscribe": "sub/rooms", "To": "/topic/rooms/tea" }""", "Stomp:Aliases:0:Subscribe is \"sub/rooms\"", "/sub/chat/room/{roomId}")]
    [InlineData("""{ "Subscribe": "/sub/x{id}", "To": "/topic/rooms/tea" }""", "Stomp:Aliases:0:Subscribe", "whole segments")]
    [InlineData("""{ "Subscribe": "/sub/{id}/{id}", "To": "/topic/rooms/tea" }""", "Stomp:Aliases:0:Subscribe", "each once")]
    [InlineData("""{ "Subscribe": "/sub/{a.b}", "To": "/topic/rooms/tea" }""", "Stomp:Aliases:0:Subscribe", "/sub/chat/room/{roomId}")]
    [InlineData("""{ "Subscribe": "/sub//x", "To": "/topic/rooms/tea" }""", "Stomp:Aliases:0:Subscribe", "/sub/chat/room/{roomId}")]
    [InlineData("""{ "Send": "/pub/{}", "To": "" }""", "Stomp:Aliases:0:Send", "/sub/chat/room/{roomId}")]
    [InlineData("""{ "Subscribe": "/sub/tea" }""", "Stomp:Aliases:0:To", "/topic/rooms/{roomId}")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "" }""", "Stomp:Aliases:0:To", "no destination of the chat")]
    [InlineData("""{ "Send": "/pub/tea" }""", "Stomp:Aliases:0:To", "/app/rooms/{body.roomId}/messages")]
    [InlineData("""{ "Send": "/pub/tea", "To": "/sub/tea" }""", "Stomp:Aliases:0:To: \"/sub/tea\"", "no destination of the chat")]
    [InlineData("""{ "Send": "/pub/tea", "To": "/app" }""", "Stomp:Aliases:0:To", "no destination of the chat")]
    [InlineData("""{ "Subscribe": "/sub/{id}", "To": "/topic/rooms/{roomId}" }""", "Stomp:Aliases:0:To", "{roomId}, which nothing gives a value")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/{body.roomId}" }""", "Stomp:Aliases:0:To", "{body.roomId}, which nothing gives a value")]
    [InlineData("""{ "Send": "/pub/tea", "To": "/app/rooms/{body.}/messages" }""", "Stomp:Aliases:0:To", "no path of field names")]
    [InlineData("""{ "Send": "/pub/tea", "To": "/app/rooms/{roomId/messages" }""", "Stomp:Aliases:0:To", "a brace that is not part of a {variable}")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/user/queue/rooms", "Join": true }""", "Stomp:Aliases:0:To", "/topic/rooms/public")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "When": { "type": "TALK" } }""", "Stomp:Aliases:0:When goes with Send", "\"TALK\"")]
    [InlineData("""{ "Send": "/pub/tea", "To": "", "Join": true }""", "Stomp:Aliases:0: Events and Join go with Subscribe", "/topic/rooms/public")]
    [InlineData("""{ "Send": "/pub/tea", "To": "", "Fields": { "message": "text" } }""", "Stomp:Aliases:0:To is empty", "/app/rooms/public/messages")]
    [InlineData("""{ "Send": "/pub/tea", "To": "/app/rooms/tea/messages", "Fields": { "message": "txt" } }""", "Stomp:Aliases:0:Fields has \"txt\"", "\"message\": \"text\"")]
    [InlineData("""{ "Send": "/pub/tea", "To": "/app/rooms/tea/read", "Fields": { "number": "='1'" } }""", "Stomp:Aliases:0:Fields has \"='1'\"", "\"message\": \"text\"")]
    [InlineData("""{ "Send": "/pub/tea", "To": "/app/rooms/tea/messages", "Fields": { "a b": "text" } }""", "Stomp:Aliases:0:Fields: \"a b\"", "data.type")]
    [InlineData("""{ "Send": "/pub/tea", "To": "/app/rooms/tea/messages", "When": { "a..b": "x" } }""", "Stomp:Aliases:0:When: \"a..b\"", "data.type")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "Fields": { "message": "txt" } }""", "Stomp:Aliases:0:Fields: \"txt\" is no field of such an event", "\"message\": \"text\"")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "Fields": { "message": "='{txt}'" } }""", "Stomp:Aliases:0:Fields: \"txt\" is no field", "\"message\": \"text\"")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "Fields": { "message": "='{text'" } }""", "Stomp:Aliases:0:Fields: ='{text'", "{path}")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "Fields": { "message": "='text" } }""", "Stomp:Aliases:0:Fields", "\"message\": \"text\"")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "Fields": { "message": "" } }""", "Stomp:Aliases:0:Fields", "\"message\": \"text\"")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "Fields": { "message": "member.name" } }""", "Stomp:Aliases:0:Fields: \"member.name\"", "\"message\": \"text\"")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "Events": { "member.joined": { "message": "message" } } }""", "Stomp:Aliases:0:Events:member.joined: \"message\"", "\"sender\": \"member.name\"")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "Events": { "member.entered": { "type": "='JOIN'" } } }""", "Stomp:Aliases:0:Events has \"member.entered\"", "member.joined, member.left")]
    [InlineData("""{ "Subscribe": "/sub/tea", "To": "/topic/rooms/tea", "Events": { "message.created": { "type": "='JOIN'" } } }""", "Stomp:Aliases:0:Events has \"message.created\"", "in Fields")]
    public void What_cannot_be_is_told_with_its_name_and_an_example(string alias, string name, string example) =>
        Aliases.FaultOf($"[{alias}]").Should().Contain(name).And.Contain(example).And.EndWith(".");

    [Theory]
    [InlineData("""{ "Subscribe": "/sub/errors", "To": "/user/queue/errors" }""")]
    [InlineData("""{ "Subscribe": "/sub/{tenant}/{room-id}", "To": "/topic/rooms/{room-id}" }""")]
    [InlineData("""{ "Subscribe": "/sub/news", "To": "/topic/news.today" }""")]
    [InlineData("""{ "Send": "/pub/tea", "To": "/app/rooms/{body.room.id}/read", "Fields": { "number": "seq" }, "When": { "on": true, "kind": 7 } }""")]
    [InlineData("""{ "Send": "/pub/orders", "To": "/queue/orders", "Fields": { "theirs": "whatever" } }""")]
    public void What_can_be_is_taken(string alias) => Aliases.FaultOf($"[{alias}]").Should().BeNull();

    [Fact]
    public void The_second_entry_is_called_by_its_number_and_a_profile_may_be_one_of_several()
    {
        Aliases.FaultOf("""[{ "Profile": "spring-sub-pub" }, { "Profile": "x" }]""").Should().StartWith("Stomp:Aliases:1:Profile");
        Aliases.Table("""[{ "Profile": "spring-sub-pub" }, { "Profile": "spring-topic-app" }]""").Subscribe("/topic/public").Should().Be("/topic/rooms/public");
    }

    [Fact]
    public void The_guide_has_the_profiles_as_they_are()
    {
        var profiles = JsonElement.Parse(ReadFile("Stomp.Gateway", "Destinations", "Aliases", "profiles.json"));
        var guide = JsonBlock().Matches(ReadFile("docs", "spring.md"))
            .Select(block => JsonElement.Parse(block.Groups["json"].Value).GetProperty("Stomp").GetProperty("Aliases")).ToList();

        profiles.EnumerateObject().Select(p => p.Name).Should().BeEquivalentTo(AliasProfiles.Names);
        profiles.EnumerateObject().Should().AllSatisfy(profile => guide.Should().Contain(aliases => JsonElement.DeepEquals(aliases, profile.Value), "{0} stands there", profile.Name));
        // Every other example is one that would be taken.
        guide.Should().AllSatisfy(aliases => Aliases.Table(aliases.GetRawText()));
    }

    private static string ReadFile(params ReadOnlySpan<string> path) => File.ReadAllText(Path.Combine([Root(), .. path]));

    private static string Root([CallerFilePath] string file = "") => new FileInfo(file).Directory!.Parent!.Parent!.FullName;

    [GeneratedRegex("```json\n(?<json>.*?)```", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
