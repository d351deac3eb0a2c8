using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stomp.Gateway.Wire;

/// <summary>
/// How all of this is written: camelCase, times by <see cref="WireTime"/>, and letters of every script as themselves, because the JSON travels in frames and
/// bodies that say they are JSON, never inside HTML.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(WireTime)])]
[JsonSerializable(typeof(EventJson))]
[JsonSerializable(typeof(ResetJson))]
[JsonSerializable(typeof(RoomChangeJson))]
[JsonSerializable(typeof(RoomSnapshotJson))]
[JsonSerializable(typeof(RefusalJson))]
[JsonSerializable(typeof(IReadOnlyList<SignalJson>))]
[JsonSerializable(typeof(SessionExpiringJson))]
[JsonSerializable(typeof(NoticeJson))]
[JsonSerializable(typeof(InviteJson))]
[JsonSerializable(typeof(UserJson))]
[JsonSerializable(typeof(MeJson))]
[JsonSerializable(typeof(ListJson<RoomJson>))]
[JsonSerializable(typeof(ListJson<PublicRoomJson>))]
[JsonSerializable(typeof(ListJson<MemberJson>))]
[JsonSerializable(typeof(ListJson<MessageJson>))]
[JsonSerializable(typeof(ListJson<InviteJson>))]
[JsonSerializable(typeof(ListJson<JoinRequestJson>))]
[JsonSerializable(typeof(ListJson<BanJson>))]
[JsonSerializable(typeof(ListJson<BlockJson>))]
[JsonSerializable(typeof(JoinRequestedJson))]
[JsonSerializable(typeof(PostMessageBody))]
[JsonSerializable(typeof(EditBody))]
[JsonSerializable(typeof(ReactionBody))]
[JsonSerializable(typeof(ListJson<FormerTextJson>))]
[JsonSerializable(typeof(ReadersJson))]
[JsonSerializable(typeof(ReadStateJson))]
[JsonSerializable(typeof(SystemMessageBody))]
[JsonSerializable(typeof(CreateWebhookBody))]
[JsonSerializable(typeof(WebhookMessageBody))]
[JsonSerializable(typeof(ListJson<WebhookJson>))]
[JsonSerializable(typeof(ReadBody))]
[JsonSerializable(typeof(RefreshBody))]
[JsonSerializable(typeof(CreateRoomBody))]
[JsonSerializable(typeof(RoomSettingsBody))]
[JsonSerializable(typeof(MemberBody))]
[JsonSerializable(typeof(NotificationsBody))]
[JsonSerializable(typeof(DirectRoomBody))]
[JsonSerializable(typeof(JoinBody))]
[JsonSerializable(typeof(InviteBody))]
[JsonSerializable(typeof(TypingBody))]
[JsonSerializable(typeof(PresenceBody))]
[JsonSerializable(typeof(ListJson<SessionJson>))]
[JsonSerializable(typeof(RevocationBody))]
[JsonSerializable(typeof(DraftBody))]
[JsonSerializable(typeof(ListJson<DraftJson>))]
[JsonSerializable(typeof(ScheduleMessageBody))]
[JsonSerializable(typeof(ScheduleChangeBody))]
[JsonSerializable(typeof(ListJson<ScheduledMessageJson>))]
internal sealed partial class WireJson : JsonSerializerContext
{
    private static readonly JsonSerializerOptions Relaxed = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new WireTime() },
    };

    /// <summary>The one to use.</summary>
    public static WireJson Wire { get; } = new(Relaxed);
}
