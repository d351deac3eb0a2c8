namespace Chat.Tests.Access;

/// <summary>
/// Who is told what, by every route and every destination that there is. A new one without a row here fails the tests; docs/protocol.md says the same in words.
/// </summary>
internal static class AccessTable
{
    public static IReadOnlyDictionary<string, AccessRow> Rows { get; } = All().ToDictionary(row => row.Route, StringComparer.Ordinal);

    private static IEnumerable<AccessRow> All() => [.. OfRooms(), .. OfMembers(), .. OfMessages(), .. OfNoRoom(), .. Sends(), .. Subscribes()];

    private static IEnumerable<AccessRow> OfRooms() =>
    [
        new("GET /rooms/{id}"),
        new("PATCH /rooms/{id}", new { name = "mine" }) { Muted = "forbidden" },
        new("DELETE /rooms/{id}") { Muted = "forbidden" },
        new("PUT /rooms/{id}/favorite"),
        new("DELETE /rooms/{id}/favorite"),
        new("PUT /rooms/{id}/archive"),
        new("DELETE /rooms/{id}/archive"),
        new("PUT /rooms/{id}/notifications", new { level = "none" }),
        new("POST /rooms/{id}/read", new { seq = 1 }),
        new("POST /rooms/{id}/unread", new { seq = 1 }),
        new("PUT /rooms/{id}/draft", new { text = "x" }),
        new("GET /rooms/{id}/draft") { Muted = "not_found" },
        new("DELETE /rooms/{id}/draft"),
    ];

    private static IEnumerable<AccessRow> OfMembers() =>
    [
        new("GET /rooms/{id}/members"),
        new("PATCH /rooms/{id}/members/{userId}", new { role = "moderator" }) { Muted = "forbidden" },
        new("DELETE /rooms/{id}/members/{userId}") { Muted = "forbidden" },
        new("GET /rooms/{id}/bans") { Muted = "forbidden" },
        new("DELETE /rooms/{id}/bans/{userId}") { Muted = "forbidden" },
        new("GET /rooms/{id}/requests") { Muted = "forbidden" },
        new("POST /rooms/{id}/requests/{userId}/approve") { Muted = "forbidden" },
        new("DELETE /rooms/{id}/requests/{userId}") { Muted = "forbidden" },
        new("GET /rooms/{id}/invites") { Muted = "forbidden" },
        new("POST /rooms/{id}/invites", new { }) { Muted = "forbidden" },
        new("DELETE /rooms/{id}/invites/{code}") { Muted = "forbidden" },
        new("GET /rooms/{id}/webhooks") { Muted = "forbidden" },
        new("POST /rooms/{id}/webhooks", new { name = "mine" }) { Muted = "forbidden" },
        new("DELETE /rooms/{id}/webhooks/{webhookId}") { Muted = "forbidden" },
        // A private room is not there for who has no code of it; who is banned is told so.
        new("POST /rooms/{id}/join", new { }) { Outside = "not_found", Banned = "banned" },
        new("POST /rooms/{id}/leave"),
    ];

    private static IEnumerable<AccessRow> OfMessages() =>
    [
        new("GET /rooms/{id}/messages") { UntilLeft = "none" },
        new("POST /rooms/{id}/messages", new { text = "x" }) { Muted = "muted" },
        new("GET /rooms/{id}/messages/{mid}"),
        // At a time at which the muted one still is.
        new("POST /rooms/{id}/scheduled-messages", Later) { Muted = "muted" },
        new("PATCH /rooms/{id}/messages/{mid}", new { text = "x" }) { Muted = "muted", OfOthers = "forbidden" },
        new("DELETE /rooms/{id}/messages/{mid}") { OfOthers = "forbidden" },
        new("GET /rooms/{id}/messages/{mid}/edits") { OfOthers = "forbidden" },
        new("GET /rooms/{id}/messages/{mid}/readers"),
        new("GET /rooms/{id}/messages/{mid}/thread") { UntilLeft = "none" },
        new("PUT /rooms/{id}/messages/{mid}/reactions/{emoji}") { Muted = "muted" },
        new("DELETE /rooms/{id}/messages/{mid}/reactions/{emoji}"),
        new("GET /rooms/{id}/pins"),
        new("PUT /rooms/{id}/pins/{mid}") { Muted = "forbidden" },
        new("DELETE /rooms/{id}/pins/{mid}") { Muted = "forbidden" },
        new("GET /search") { Path = "/search?roomId={id}&senderId={owner}", UntilLeft = "none" },
    ];

    /// <summary>What is about no one room tells nothing of it either.</summary>
    private static IEnumerable<AccessRow> OfNoRoom() =>
    [
        new("GET /me") { Outside = "none" },
        new("GET /me/drafts") { Outside = "none" },
        // One's own words are told to oneself alone, whatever room they are for.
        new("GET /me/scheduled-messages") { Path = "/me/scheduled-messages?roomId={id}", Outside = "none" },
        new("GET /me/scheduled-messages/{id}") { Path = "/me/scheduled-messages/{scheduled}", Outside = "not_found", Muted = "not_found" },
        new("PATCH /me/scheduled-messages/{id}", new { text = "x" }) { Path = "/me/scheduled-messages/{scheduled}", Outside = "not_found", Muted = "not_found" },
        new("DELETE /me/scheduled-messages/{id}") { Path = "/me/scheduled-messages/{scheduled}", Outside = "not_found", Muted = "not_found" },
        new("GET /rooms") { Outside = "none" },
        new("POST /rooms", new { name = "mine" }) { Outside = "none" },
        new("POST /rooms/direct", new { userId = "somebody" }) { Outside = "none" },
        new("GET /rooms/public") { Outside = "none" },
        new("GET /blocks") { Outside = "none" },
        new("PUT /users/{id}/block") { Outside = "none" },
        new("DELETE /users/{id}/block") { Path = "/users/{userId}/block", Outside = "none" },
        new("GET /sessions") { Outside = "none" },
        new("DELETE /sessions") { Outside = "none" },
        new("DELETE /sessions/{id}") { Path = "/sessions/{session}", Outside = "not_found", Muted = "not_found" },
        new("POST /system-messages", new { idempotencyKey = "x", roomId = "x", text = "x" }) { Outside = "forbidden", Muted = "forbidden" },
        // The secret alone opens it: whoever does not have it is nobody, with a token or without.
        new("POST /webhooks/{id}/{secret}", new { text = "x" }) { Path = "/webhooks/{webhookId}/wrong", Outside = "not_found", Muted = "not_found", WithoutToken = "not_found" },
        new("POST /admin/revocations", new { userId = "somebody" }) { Outside = "forbidden", Muted = "forbidden" },
    ];

    private static IEnumerable<AccessRow> Sends() =>
    [
        new("SEND /app/rooms/*/messages", new { text = "x" }) { Muted = "muted" },
        new("SEND /app/rooms/*/messages/*/edit", new { text = "x" }) { Muted = "muted", OfOthers = "forbidden" },
        new("SEND /app/rooms/*/messages/*/delete") { OfOthers = "forbidden" },
        new("SEND /app/rooms/*/messages/*/pin") { Muted = "forbidden" },
        new("SEND /app/rooms/*/messages/*/unpin") { Muted = "forbidden" },
        new("SEND /app/rooms/*/messages/*/reactions", new { emoji = "👍", op = "add" }) { Muted = "muted" },
        new("SEND /app/rooms/*/read", new { seq = 1 }),
        new("SEND /app/rooms/*/unread", new { seq = 1 }),
        new("SEND /app/rooms/*/scheduled-messages", Later) { Muted = "muted" },
        new("SEND /app/scheduled-messages/*/edit", new { text = "x" }) { Path = "/app/scheduled-messages/{scheduled}/edit", Outside = "not_found", Muted = "not_found" },
        new("SEND /app/scheduled-messages/*/delete") { Path = "/app/scheduled-messages/{scheduled}/delete", Outside = "not_found", Muted = "not_found" },
        new("SEND /app/rooms/*/draft", new { text = "x" }),
        new("SEND /app/rooms/*/typing", new { on = true }),
        new("SEND /app/presence", new { state = "online" }) { Outside = "none" },
        new("SEND /app/session/refresh", new { token = "no token" }) { Outside = "unauthenticated", Muted = "unauthenticated" },
        Forbidden("SEND /user/**", "/user/{owner}/queue/notes"),
        Forbidden("SEND /topic/**", "/topic/rooms.{id}.all"),
        Forbidden("SEND /queue/chat/system", "/queue/chat.system"),
        Forbidden("SEND /queue/**", "/queue/x"),
        Forbidden("SEND /exchange/**", "/exchange/chat.events/room.{id}.message.created"),
        Forbidden("SEND /amq/**", "/amq/queue/chat.system"),
        Forbidden("SEND /temp-queue/**", "/temp-queue/x"),
        Forbidden("SEND /reply-queue/**", "/reply-queue/x"),
    ];

    private static IEnumerable<AccessRow> Subscribes() =>
    [
        new("SUBSCRIBE /topic/rooms/*"),
        new("SUBSCRIBE /topic/rooms/*/signals"),
        new("SUBSCRIBE /app/rooms/*"),
        new("SUBSCRIBE /app/rooms") { Outside = "none" },
        new("SUBSCRIBE /user/queue/rooms") { Outside = "none" },
        new("SUBSCRIBE /user/queue/events") { Outside = "none" },
        new("SUBSCRIBE /user/queue/errors") { Outside = "none" },
        new("SUBSCRIBE /user/queue/**") { Path = "/user/queue/notes", Outside = "none" },
        Forbidden("SUBSCRIBE /topic/**", "/topic/rooms.{id}.all"),
        Forbidden("SUBSCRIBE /queue/**", "/queue/chat.system"),
        Forbidden("SUBSCRIBE /exchange/**", "/exchange/chat.events/room.{id}.#"),
        Forbidden("SUBSCRIBE /amq/**", "/amq/queue/chat.system"),
        Forbidden("SUBSCRIBE /temp-queue/**", "/temp-queue/x"),
        Forbidden("SUBSCRIBE /reply-queue/**", "/reply-queue/x"),
    ];

    /// <summary>A message for in half an hour.</summary>
    private static object Later => new { text = "x", dueAt = DateTimeOffset.UtcNow.AddMinutes(30) };

    private static AccessRow Forbidden(string route, string path) => new(route) { Path = path, Outside = "forbidden", Muted = "forbidden" };
}

/// <summary>What people are told by one route or destination: a code, or <c>none</c> where they may.</summary>
/// <param name="Route">The method or the command, and the pattern as the gateway has it.</param>
/// <param name="Body">What is sent, so that nothing is wrong with it.</param>
internal sealed record AccessRow(string Route, object? Body = null)
{
    private readonly string? _path;
    private readonly string? _ofOthers;

    public string Verb => Route[..Route.IndexOf(' ', StringComparison.Ordinal)];

    public bool IsStomp => Verb is "SEND" or "SUBSCRIBE";

    /// <summary>Where to, with what stands for ids in braces; the pattern itself where that says it all.</summary>
    public string Path
    {
        get => _path ?? Fill(Route[(Verb.Length + 1)..]);
        init => _path = value;
    }

    /// <summary>Whether it names a message.</summary>
    public bool IsAboutMessage => Path.Contains("{mid}", StringComparison.Ordinal);

    /// <summary>A stranger, and whoever is not named below.</summary>
    public string Outside { get; init; } = "not_member";

    /// <summary>Who left a room that lets former members read what was said until then; null for as outside.</summary>
    public string? UntilLeft { get; init; }

    /// <summary>Who was banned; null for as outside.</summary>
    public string? Banned { get; init; }

    /// <summary>A member who is muted, of a message of their own.</summary>
    public string Muted { get; init; } = "none";

    /// <summary>A plain member, of somebody else's message: as of one's own where nothing else is said, but that they may speak.</summary>
    public string OfOthers
    {
        get => _ofOthers ?? (Muted == "muted" ? "none" : Muted);
        init => _ofOthers = value;
    }

    /// <summary>Who has no token, or one that has expired.</summary>
    public string WithoutToken { get; init; } = "unauthenticated";

    /// <summary>In a destination's pattern the first that varies is the room, and the next the message.</summary>
    private static string Fill(string pattern)
    {
        var room = pattern.IndexOf('*', StringComparison.Ordinal);
        if (room >= 0) pattern = $"{pattern[..room]}{{id}}{pattern[(room + 1)..]}";
        return pattern.Replace("*", "{mid}", StringComparison.Ordinal);
    }
}
