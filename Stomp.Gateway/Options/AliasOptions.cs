namespace Stomp.Gateway.Options;

/// <summary>
/// One entry of <c>Stomp:Aliases</c>: a destination of a frontend that exists already, and the destination of the chat that it stands for (docs/spring.md).
/// Exactly one of <see cref="Profile"/>, <see cref="Subscribe"/> and <see cref="Send"/> is set. The first alias that applies counts.
/// </summary>
internal sealed class AliasOptions
{
    /// <summary>Aliases that come with the program, in the place of this entry: <c>spring-sub-pub</c> or <c>spring-topic-app</c>.</summary>
    public string? Profile { get; set; }

    /// <summary>What pages SUBSCRIBE to. <c>/sub/chat/room/{roomId}</c></summary>
    public string? Subscribe { get; set; }

    /// <summary>Where pages SEND to. <c>/pub/chat/message</c></summary>
    public string? Send { get; set; }

    /// <summary>
    /// The destination that it stands for: <c>/topic/rooms/{roomId}</c>, <c>/app/rooms/{body.roomId}/messages</c>. Empty for what pages SEND and the chat has no
    /// use for: it is taken, and nothing is done.
    /// </summary>
    public string? To { get; set; }

    /// <summary>Their JSON names and ours. Of a SEND <c>"message": "text"</c>; of an event <c>"sender": "sender.name"</c>, <c>"type": "='TALK'"</c>. None: the JSON is ours.</summary>
    public IDictionary<string, string?> Fields { get; set; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Of <see cref="Subscribe"/>: other events than new messages that are shown, each with its fields.</summary>
    public IDictionary<string, IDictionary<string, string?>> Events { get; set; } = new Dictionary<string, IDictionary<string, string?>>(StringComparer.Ordinal);

    /// <summary>Of <see cref="Send"/>: fields of the body and the values by which this alias applies. <c>"type": "TALK"</c></summary>
    public IDictionary<string, string?> When { get; set; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Of <see cref="Subscribe"/> to a room: whoever is no member joins it by that, if it is public. A room that <see cref="To"/> names outright is made if it is not there.</summary>
    public bool Join { get; set; }
}
