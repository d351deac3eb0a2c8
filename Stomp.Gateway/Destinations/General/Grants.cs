using Chat.Domain.Users;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Destinations.General;

/// <summary>Who may do what with general destinations: services everything, others what <c>Stomp:Grants</c> gives them.</summary>
internal sealed class Grants(StompOptions options)
{
    private readonly Grant[] _grants = [.. options.Grants.Select(g => new Grant(g))];

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
            if (i == words.Length || IsWide(words[i])) return false;
            if (pattern[i] != "*" && GeneralDestination.Decode(pattern[i]) != words[i]) return false;
        }
        return words.Length == pattern.Length;
    }

    /// <summary>A dot that was encoded makes several words of what was written as one, and some of them may be patterns.</summary>
    private static bool IsWide(string word) => word is "**" or "#" || word.Contains('.', StringComparison.Ordinal);

    private static string[] Words(string destination) => destination.Split('/', '.');

    private sealed class Grant(GrantOptions options)
    {
        public IReadOnlyList<string[]> Send { get; } = [.. options.Send.Select(Words)];

        public IReadOnlyList<string[]> Subscribe { get; } = [.. options.Subscribe.Select(Words)];

        public bool Covers(Caller caller) => options.User == caller.Id.Value || (options.Role is { } role && caller.Roles.Contains(role));
    }
}
