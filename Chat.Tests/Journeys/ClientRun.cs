using System.Text.Json;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Journeys;

/// <summary>Where a server speaks STOMP, and who its clients say they are: by a token where there is one, else by login and passcode.</summary>
internal sealed record StompEndpoint
{
    /// <summary><c>ws://127.0.0.1:8080/ws</c></summary>
    public string? Ws { get; init; }

    /// <summary><c>http://127.0.0.1:8080/ws</c></summary>
    public string? SockJs { get; init; }

    /// <summary><c>127.0.0.1:61613</c></summary>
    public string? Tcp { get; init; }

    public string? Login { get; init; }

    public string? Passcode { get; init; }

    public string? Token { get; init; }

    public IEnumerable<string> Arguments =>
        from argument in ((string Name, string? Value)[])[("ws", Ws), ("sockjs", SockJs), ("tcp", Tcp), ("login", Login), ("passcode", Passcode), ("token", Token)]
        where argument.Value is not null
        from word in (string[])[$"--{argument.Name}", argument.Value]
        select word;
}

/// <summary>How one client fared in one case: <c>pass</c>, <c>fail</c>, or <c>cannot</c> where its library has no such call.</summary>
internal sealed record CaseResult(string Case, string Version, string Outcome, string Detail)
{
    public bool Failed => Outcome == "fail";
}

/// <summary>One client of Chat.Tests/Clients/journeys against one server.</summary>
internal static class ClientRun
{
    // A case ends after forty seconds at the latest, nearly all within one, and the versions go side by side: what stays behind this has lost its way.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Puts <paramref name="client"/>, one of clients.mjs, through all cases, in each version that it speaks.</summary>
    public static async Task<IReadOnlyList<CaseResult>> RunAsync(string client, StompEndpoint server)
    {
        await using var script = NodeScript.Start(Path.Combine("journeys", "run.mjs"), ["--client", client, .. server.Arguments]);
        var lines = await script.ReadToEndAsync(Patience);
        return [.. lines.Select(line => line.Deserialize<CaseResult>(JsonSerializerOptions.Web)!)];
    }
}
