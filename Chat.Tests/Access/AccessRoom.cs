using System.Text.Json;
using Chat.Tests.Journeys;

namespace Chat.Tests.Access;

/// <summary>A private room with something to hide, and those who come near it.</summary>
internal sealed class AccessRoom
{
    private readonly AccessGateway _gateway;
    private readonly string _run = Guid.NewGuid().ToString("N")[..12];

    private AccessRoom(AccessGateway gateway) => _gateway = gateway;

    public string Id { get; private set; } = "";

    /// <summary>The owner's message.</summary>
    public string Message { get; private set; } = "";

    /// <summary>The muted member's own.</summary>
    public string MutedMessage { get; private set; } = "";

    /// <summary>What the owner will say in the room.</summary>
    public string Scheduled { get; private set; } = "";

    /// <summary>A room of somebody who is nothing here.</summary>
    public string OtherRoom { get; private set; } = "";

    public string Code { get; private set; } = "";

    public string Webhook { get; private set; } = "";

    /// <summary>What those outside must not see: what was said and is about to be, the room's name, who is in it, by whom programs speak, where somebody else is connected.</summary>
    public IReadOnlyList<string> Secrets => [$"secret-{_run}", Late, $"tea-{_run}", $"hidden-{_run}", $"hook-{_run}", _gateway.Session];

    /// <summary>What was said after the former member had left.</summary>
    public string Late => $"late-{_run}";

    public string IdOf(string name) => $"{name}-{_run}";

    public string TokenOf(string name) => TestTokens.IssueNamed(IdOf(name), name == "victim" ? $"hidden-{_run}" : name);

    /// <param name="gateway">Where.</param>
    /// <param name="forFormer">What former members may read.</param>
    public static async Task<AccessRoom> MakeAsync(AccessGateway gateway, string forFormer)
    {
        var room = new AccessRoom(gateway);
        await room.FillAsync(forFormer);
        return room;
    }

    /// <summary>The path with the ids of this room in it.</summary>
    /// <param name="path">With braces.</param>
    /// <param name="room">Which room is meant.</param>
    /// <param name="message">Which message.</param>
    public string Fill(string path, string room, string message) => path
        .Replace("{id}", room, StringComparison.Ordinal)
        .Replace("{mid}", message, StringComparison.Ordinal)
        .Replace("{userId}", IdOf("victim"), StringComparison.Ordinal)
        .Replace("{owner}", IdOf("owner"), StringComparison.Ordinal)
        .Replace("{scheduled}", Scheduled, StringComparison.Ordinal)
        .Replace("{code}", Code, StringComparison.Ordinal)
        .Replace("{webhookId}", Webhook, StringComparison.Ordinal)
        .Replace("{session}", _gateway.Session, StringComparison.Ordinal)
        .Replace("{emoji}", Uri.EscapeDataString("👍"), StringComparison.Ordinal);

    /// <summary>The number of the room's last event.</summary>
    public async Task<long> HeadAsync() => (await _gateway.AskAsync(HttpMethod.Get, $"/rooms/{Id}", TokenOf("owner"))).GetProperty("headSeq").GetInt64();

    /// <summary>What has no number in the room: the owner's own, and what moderators keep. Nobody in the table may change it.</summary>
    public async Task<string> KeptAsync()
    {
        var kept = new List<string>();
        foreach (var path in (string[])[$"/rooms/{Id}/draft", "/me/scheduled-messages", "/blocks", $"/rooms/{Id}/invites", $"/rooms/{Id}/webhooks", $"/rooms/{Id}/bans"])
            kept.Add($"{path}: {await _gateway.AskAsync(HttpMethod.Get, path, TokenOf("owner"))}");
        return string.Join('\n', kept);
    }

    private async Task FillAsync(string forFormer)
    {
        string[] members = ["former", "muted", "banned", "victim", "plain"];
        foreach (var name in members.Append("owner")) await _gateway.AskAsync(HttpMethod.Get, "/me", TokenOf(name));
        var owner = TokenOf("owner");
        Id = Named(await _gateway.AskAsync(HttpMethod.Post, "/rooms", owner, new { name = $"tea-{_run}", historyForFormerMembers = forFormer, memberIds = members.Select(IdOf) }));
        OtherRoom = Named(await _gateway.AskAsync(HttpMethod.Post, "/rooms", TokenOf("elsewhere"), new { name = "elsewhere" }));
        Message = Named(await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{Id}/messages", owner, new { text = $"secret-{_run}" }));
        Scheduled = Named(await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{Id}/scheduled-messages", owner, new { text = $"secret-{_run}", dueAt = DateTimeOffset.UtcNow.AddHours(1) }));
        await _gateway.AskAsync(HttpMethod.Put, $"/rooms/{Id}/draft", owner, new { text = $"secret-{_run}" });
        await _gateway.AskAsync(HttpMethod.Put, $"/users/{IdOf("victim")}/block", owner);
        MutedMessage = Named(await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{Id}/messages", TokenOf("muted"), new { text = "mine" }));
        await _gateway.AskAsync(HttpMethod.Put, $"/rooms/{Id}/pins/{Message}", owner);
        Code = (await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{Id}/invites", owner, new { })).GetProperty("code").GetString()!;
        Webhook = Named(await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{Id}/webhooks", owner, new { name = $"hook-{_run}" }));
        await _gateway.AskAsync(HttpMethod.Patch, $"/rooms/{Id}/members/{IdOf("muted")}", owner, new { mutedUntil = DateTimeOffset.UtcNow.AddHours(1) });
        await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{Id}/leave", TokenOf("former"));
        await _gateway.AskAsync(HttpMethod.Delete, $"/rooms/{Id}/members/{IdOf("banned")}?ban=true", owner);
        await _gateway.AskAsync(HttpMethod.Post, $"/rooms/{Id}/messages", owner, new { type = "THREAD", threadRootId = Message, text = Late });
    }

    private static string Named(JsonElement made) => made.GetProperty("id").GetString()!;
}
