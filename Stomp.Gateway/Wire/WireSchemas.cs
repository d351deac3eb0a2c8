using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Presence;
using Chat.Domain.Rooms;

namespace Stomp.Gateway.Wire;

/// <summary>What docs/asyncapi.yaml and the OpenAPI document say of the wire records and the types alone do not: names, words of closed lists, what has to be there.</summary>
internal static class WireSchemas
{
    /// <summary>The fields that hold a word of a closed list. A name with a record's in front counts for that one, any other for all.</summary>
    private static readonly Dictionary<string, IReadOnlyList<string>> Words = new(StringComparer.Ordinal)
    {
        ["role"] = All<MemberRole>(WireNames.Of),
        ["kind"] = All<RoomKind>(WireNames.Of),
        ["CreateRoomBody.kind"] = ["group"],
        ["visibility"] = All<RoomVisibility>(WireNames.Of),
        ["historyForNewMembers"] = All<HistoryForNewMembers>(WireNames.Of),
        ["historyForFormerMembers"] = All<HistoryForFormerMembers>(WireNames.Of),
        ["notifications"] = All<NotificationLevel>(WireNames.Of),
        ["level"] = All<NotificationLevel>(WireNames.Of),
        ["type"] = All<MessageType>(WireNames.Of),
        ["PostMessageBody.type"] = ["TEXT", "THREAD", "TEMP", "IMAGE", "FILE"],
        ["op"] = ["add", "remove"],
        ["state"] = All<PresenceState>(WireNames.Of),
        ["PresenceBody.state"] = ["online", "away"],
        ["signal"] = ["typing", "presence", "read"],
        ["change"] = ["message", "read", "joined", "updated", "removed"],
        ["status"] = ["requested"],
        ["Event.event"] = RoomEvent.Names,
        ["Reset.event"] = ["room.reset"],
        ["Notice.event"] =
        [
            Notice.Mention, Notice.ThreadReply, Notice.JoinRequested, Notice.JoinRefused, Notice.Muted, Notice.Unmuted, Notice.Kicked, Notice.Banned,
            Notice.DraftChanged, Notice.DraftRemoved,
            Notice.ScheduleChanged, Notice.ScheduleRemoved, Notice.SchedulePosted, Notice.ScheduleFailed,
        ],
        ["Notice.code"] = Codes,
        ["ScheduledFailure.code"] = Codes,
        ["ScheduleMessageBody.type"] = ["TEXT", "THREAD", "TEMP", "IMAGE", "FILE"],
        ["SessionExpiring.event"] = ["session.expiring"],
        ["Refusal.code"] = Codes,
    };

    /// <summary>The fields without which a body is refused.</summary>
    private static readonly HashSet<string> Needed = new(StringComparer.Ordinal)
    {
        "EditBody.text", "ReactionBody.emoji", "ReactionBody.op", "ReadBody.seq", "TypingBody.on", "PresenceBody.state", "RefreshBody.token", "DirectRoomBody.userId",
        "NotificationsBody.level", "DraftBody.text", "ScheduleMessageBody.dueAt", "ForwardBody.roomId", "ForwardBody.messageId", "SystemMessageBody.idempotencyKey", "SystemMessageBody.roomId", "SystemMessageBody.text",
        "CreateWebhookBody.name", "WebhookMessageBody.text",
    };

    /// <summary>All refusal codes.</summary>
    public static IReadOnlyList<string> Codes => All<RefusalCode>(WireNames.Of);

    /// <summary>Every record that is sent or read, by its name in the documents.</summary>
    public static IReadOnlyDictionary<string, JsonTypeInfo> Records { get; } = FindRecords();

    /// <summary><c>Room</c> for RoomJson, <c>RoomList</c> for a list of them; a body is called as it is.</summary>
    public static string NameOf(Type type)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ListJson<>)) return NameOf(type.GetGenericArguments()[0]) + "List";
        return type.Name.EndsWith("Json", StringComparison.Ordinal) ? type.Name[..^"Json".Length] : type.Name;
    }

    /// <summary>The words that a field may hold; null when it is no word of a closed list.</summary>
    public static IReadOnlyList<string>? WordsOf(string record, string field) => Words.GetValueOrDefault($"{record}.{field}") ?? Words.GetValueOrDefault(field);

    /// <summary>Whether a field is always there: in what is sent all but those that are left out when they say nothing, in what is read those that are asked for.</summary>
    public static bool IsAlwaysThere(JsonTypeInfo record, JsonPropertyInfo field) => IsBody(record) ? Needed.Contains($"{NameOf(record.Type)}.{field.Name}") : !IsLeftOut(field);

    /// <summary>Whether null is a value of the field.</summary>
    public static bool IsNullable(JsonTypeInfo record, JsonPropertyInfo field) => field.IsGetNullable
        && (IsBody(record) ? !IsAlwaysThere(record, field) && WordsOf(NameOf(record.Type), field.Name) is null : !IsLeftOut(field));

    /// <summary>The type that a list has in it, that a nullable value is of, or the type itself.</summary>
    public static Type ElementOf(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying) return underlying;
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : type;
    }

    /// <summary>Whether the field holds JSON of any kind.</summary>
    public static bool IsRaw(JsonPropertyInfo field) => IsRaw(ElementOf(field.PropertyType));

    /// <summary>The same of its type.</summary>
    public static bool IsRaw(Type type) => type == typeof(ReadOnlyMemory<byte>) || type == typeof(JsonElement);

    private static bool IsBody(JsonTypeInfo record) => record.Type.Name.EndsWith("Body", StringComparison.Ordinal);

    private static bool IsLeftOut(JsonPropertyInfo field) => field.AttributeProvider!.IsDefined(typeof(JsonIgnoreAttribute), inherit: true);

    private static Dictionary<string, JsonTypeInfo> FindRecords()
    {
        var found = new Dictionary<string, JsonTypeInfo>(StringComparer.Ordinal);
        var next = new Queue<Type>(typeof(WireJson).GetCustomAttributesData()
            .Where(a => a.AttributeType == typeof(JsonSerializableAttribute))
            .Select(a => ElementOf((Type)a.ConstructorArguments[0].Value!)));
        while (next.TryDequeue(out var type))
        {
            if (type.Namespace != typeof(WireJson).Namespace || WireJson.Wire.GetTypeInfo(type) is not { Kind: JsonTypeInfoKind.Object } record) continue;
            if (!found.TryAdd(NameOf(type), record)) continue;
            foreach (var field in record.Properties) next.Enqueue(ElementOf(field.PropertyType));
        }
        return found;
    }

    private static string[] All<T>(Func<T, string> nameOf) where T : struct, Enum => [.. Enum.GetValues<T>().Select(nameOf)];
}
