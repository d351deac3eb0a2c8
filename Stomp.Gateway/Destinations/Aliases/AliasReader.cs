using Chat.Domain.Events;
using Stomp.Gateway.Options;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>Reads <c>Stomp:Aliases</c>.</summary>
/// <remarks>What is wrong is a <see cref="FormatException"/> whose message names the setting, says what is wrong with it, and gives an example.</remarks>
internal sealed class AliasReader
{
    private static readonly string[] Prefixes = ["topic", "app", "user", "queue", "exchange", "amq"];

    private readonly List<SendAlias> _send = [];
    private readonly List<SubscribeAlias> _subscribe = [];

    public static AliasTable Read(IEnumerable<AliasOptions> entries)
    {
        var reader = new AliasReader();
        foreach (var (index, entry) in entries.Index()) reader.Add($"Stomp:Aliases:{index}", entry);
        return new AliasTable(reader._send, reader._subscribe);
    }

    private void Add(string setting, AliasOptions entry)
    {
        switch (entry)
        {
            case { Profile.Length: > 0, Subscribe: null, Send: null, To: null, Fields.Count: 0, Events.Count: 0, When.Count: 0, Join: false }:
                AddProfile(setting, entry.Profile);
                break;
            case { Subscribe.Length: > 0, Profile: null, Send: null }:
                AddSubscribe(setting, entry);
                break;
            case { Send.Length: > 0, Profile: null, Subscribe: null }:
                AddSend(setting, entry);
                break;
            default:
                throw new FormatException($$"""{{setting}} must have either Profile alone, or one of Subscribe and Send, for example { "Profile": "spring-topic-app" }.""");
        }
    }

    private void AddProfile(string setting, string name)
    {
        if (AliasProfiles.Find(name) is not { } profile)
            throw new FormatException($"""{setting}:Profile is "{name}"; there are {string.Join(" and ", AliasProfiles.Names)}, for example "spring-topic-app".""");
        foreach (var alias in profile) Add($"{setting}:{name}", alias);
    }

    private void AddSubscribe(string setting, AliasOptions entry)
    {
        if (entry.When.Count > 0)
            throw new FormatException($$"""{{setting}}:When goes with Send, for example { "Send": "/pub/chat/message", "When": { "type": "TALK" } }.""");
        var pattern = ParsePattern($"{setting}:Subscribe", entry.Subscribe!);
        var target = ParseTarget(setting, entry, pattern, example: "/topic/rooms/{roomId}");
        var isView = entry.Fields.Count > 0 || entry.Events.Count > 0 || entry.Join;
        if (isView && !target.Example.Matches(["topic", "rooms", "*"], out _))
            throw new FormatException($"""{setting}:To is "{entry.To}"; Fields, Events and Join are for a room's events, for example "/topic/rooms/public".""");
        _subscribe.Add(new SubscribeAlias(pattern, target, new RoomView(ShapeOf(setting, entry), entry.Join, MakesRoom: entry.Join && target.IsFixed)));
    }

    private static EventShape? ShapeOf(string setting, AliasOptions entry)
    {
        if (entry.Fields.Count == 0 && entry.Events.Count == 0) return null;
        var shown = new Dictionary<string, EventFields>(StringComparer.Ordinal);
        if (entry.Fields.Count > 0) shown.Add(MessageCreated.EventName, ParseFields($"{setting}:Fields", MessageCreated.EventName, entry.Fields));
        var others = RoomEvent.Names.Where(name => name != MessageCreated.EventName).ToList();
        foreach (var (name, fields) in entry.Events)
        {
            if (!others.Contains(name))
            {
                throw new FormatException($$"""
                    {{setting}}:Events has "{{name}}"; besides message.created, whose fields are in Fields, there are {{string.Join(", ", others)}}, for example "member.joined": { "type": "='JOIN'" }.
                    """);
            }
            shown.Add(name, ParseFields($"{setting}:Events:{name}", name, fields));
        }
        return new EventShape(shown);
    }

    private static EventFields ParseFields(string setting, string eventName, IDictionary<string, string?> fields)
    {
        try
        {
            return EventFields.Parse(eventName, fields);
        }
        catch (FormatException e)
        {
            var example = eventName == MessageCreated.EventName
                ? """{ "type": "='TALK'", "sender": "sender.name", "message": "text" }"""
                : """{ "type": "='JOIN'", "sender": "member.name" }""";
            throw new FormatException($"{setting}: {e.Message}, for example {example}.", e);
        }
    }

    private void AddSend(string setting, AliasOptions entry)
    {
        if (entry.Events.Count > 0 || entry.Join)
            throw new FormatException($$"""{{setting}}: Events and Join go with Subscribe, for example { "Subscribe": "/topic/public", "To": "/topic/rooms/public", "Join": true }.""");
        var pattern = ParsePattern($"{setting}:Send", entry.Send!);
        var when = entry.When.Select(condition => new BodyCondition(ParseTheirs($"{setting}:When", condition.Key), condition.Value ?? "")).ToList();
        if (entry.To is { Length: 0 })
        {
            if (entry.Fields.Count > 0)
                throw new FormatException($"""{setting}:To is empty, so that nothing is done and Fields have no use; it may lead for example to "/app/rooms/public/messages".""");
            _send.Add(new SendAlias(pattern, when, To: null, Fields: []));
            return;
        }
        var target = ParseTarget(setting, entry, pattern, example: "/app/rooms/{body.roomId}/messages");
        _send.Add(new SendAlias(pattern, when, target, [.. entry.Fields.Select(field => ParseBodyField($"{setting}:Fields", target, field.Key, field.Value ?? ""))]));
    }

    private static BodyField ParseBodyField(string setting, AliasTarget target, string theirs, string ours)
    {
        // Only of a post it is known for certain what there may be.
        var isPost = target.Example.Matches(["app", "rooms", "*", "messages"], out _);
        if (!FieldPath.IsName(ours) || (isPost && !WireJson.Wire.PostMessageBody.Properties.Any(p => p.Name == ours)))
            throw new FormatException($$"""{{setting}} has "{{ours}}", which is no field of what is sent there, for example { "message": "text" }.""");
        return new BodyField(ParseTheirs(setting, theirs), ours);
    }

    private static FieldPath ParseTheirs(string setting, string path)
    {
        try
        {
            return FieldPath.Parse(path);
        }
        catch (FormatException e)
        {
            throw new FormatException($"""{setting}: {e.Message}; a field is for example "type", or "data.type" within another.""", e);
        }
    }

    private static AliasPattern ParsePattern(string setting, string text) => AliasPattern.TryParse(text, out var pattern)
        ? pattern
        : throw new FormatException($$"""{{setting}} is "{{text}}"; a destination begins with a slash and has variables as whole segments, each once, for example "/sub/chat/room/{roomId}".""");

    private static AliasTarget ParseTarget(string setting, AliasOptions entry, AliasPattern pattern, string example)
    {
        try
        {
            var target = AliasTarget.Parse(entry.To ?? "", pattern, hasBody: entry.Send is not null);
            if (target.Example.Segments is [var prefix, _, ..] && Prefixes.Contains(prefix)) return target;
            throw new FormatException($"\"{entry.To}\" is no destination of the chat");
        }
        catch (FormatException e)
        {
            throw new FormatException($"""{setting}:To: {e.Message}; it is for example "{example}".""", e);
        }
    }
}
