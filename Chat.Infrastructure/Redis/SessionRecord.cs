using System.Text.Json;
using System.Text.Json.Serialization;
using Chat.Domain.Events;
using Chat.Domain.Presence;
using Chat.Domain.Sessions;
using Chat.Domain.Users;

namespace Chat.Infrastructure.Redis;

/// <summary>A session as it lies in Redis. The scripts read <c>node</c> and <c>state</c>.</summary>
internal sealed partial record SessionRecord(string Node, string State, long Since, string? Address, string? Client, string Transport, string Version)
{
    public static byte[] Write(Session session) => JsonSerializer.SerializeToUtf8Bytes(
        new SessionRecord(
            session.NodeId.Value, NameOf(session.State), session.ConnectedAt.ToUnixTimeMilliseconds(), session.Address, session.Client, session.Transport, session.Version),
        SessionRecordJson.Default.SessionRecord);

    public static Session Read(string id, UserId user, byte[] json)
    {
        var record = JsonSerializer.Deserialize(json, SessionRecordJson.Default.SessionRecord)!;
        return new Session(id, user, new NodeId(record.Node), DateTimeOffset.FromUnixTimeMilliseconds(record.Since))
        {
            State = record.State == NameOf(PresenceState.Online) ? PresenceState.Online : PresenceState.Away,
            Address = record.Address,
            Client = record.Client,
            Transport = record.Transport,
            Version = record.Version,
        };
    }

    private static string NameOf(PresenceState state) => state is PresenceState.Online ? "online" : "away";

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(SessionRecord))]
    private sealed partial class SessionRecordJson : JsonSerializerContext;
}
