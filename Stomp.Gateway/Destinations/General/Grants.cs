using Chat.Domain.Users;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Destinations.General;

/// <summary>Who may do what with general destinations: services everything, others what <c>Stomp:Grants</c> gives them.</summary>
internal sealed class Grants(StompOptions options)
{
    private readonly Grant[] _grants = [.. options.Grants.Select(g => new Grant(g))];

    /// <summary>Whether somebody may do more by a role than others may.</summary>
    public bool Counts(string role) => role is Caller.ServiceRole or Caller.AdminRole || Array.Exists(_grants, g => g.Role == role);

    public bool MaySend(Caller caller, string destination) => caller.IsService || Array.Exists(_grants, g => g.Covers(caller) && Allows(g.Send, destination));

    public bool MaySubscribe(Caller caller, string destination) => caller.IsService || Array.Exists(_grants, g => g.Covers(caller) && Allows(g.Subscribe, destination));

    private static bool Allows(IReadOnlyList<string[]> patterns, string destination)
    {
        string[] words = [.. Words(destination).Select(GeneralDestination.Decode)];
        return patterns.Any(pattern => IsWithin(words, pattern));
    }

    /// <summary>
    /// Whether everything that the destination stands for is within the grant: a word that is itself a pattern is only within one that is as wide.
    /// </summary>
    /// <param name="words">Decoded, as the broker will have them.</param>
    /// <param name="pattern">As it is written, so that only a star is one.</param>
    private static bool IsWithin(string[] words, string[] pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == "**") return words.Length > i;
            if (i == words.Length || words[i] is "**" or "#") return false;
            // A dot in what is one word makes several of it for the broker, and some of them may be patterns.
            if (pattern[i] == "*" ? words[i].Contains('.', StringComparison.Ordinal) : GeneralDestination.Decode(pattern[i]) != words[i]) return false;
        }
        return words.Length == pattern.Length;
    }

    /// <summary>Slashes and dots part words, but not those of an exchange's name, which is one: <c>orders.dlx</c> has nothing to do with <c>orders</c>.</summary>
    private static string[] Words(string destination)
    {
        const string exchange = "/exchange/";
        if (!destination.StartsWith(exchange, StringComparison.Ordinal)) return destination.Split('/', '.');
        var end = destination.IndexOf('/', exchange.Length);
        return end < 0 ? ["", "exchange", destination[exchange.Length..]] : ["", "exchange", destination[exchange.Length..end], .. destination[(end + 1)..].Split('/', '.')];
    }

    private sealed class Grant(GrantOptions options)
    {
        public IReadOnlyList<string[]> Send { get; } = [.. options.Send.Select(Words)];

        public IReadOnlyList<string[]> Subscribe { get; } = [.. options.Subscribe.Select(Words)];

        public string? Role => options.Role;

        public bool Covers(Caller caller) => options.User == caller.Id.Value || (options.Role is { } role && caller.Roles.Contains(role));
    }
}
