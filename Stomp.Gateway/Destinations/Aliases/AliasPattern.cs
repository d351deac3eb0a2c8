using System.Diagnostics.CodeAnalysis;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>
/// What a frontend calls a destination: <c>/sub/chat/room/{roomId}</c>, where a name in braces stands for any one segment. Behind the first segment a dot is as
/// good as a slash, as in every destination.
/// </summary>
internal sealed class AliasPattern
{
    private readonly string[] _segments;

    private AliasPattern(string[] segments) => _segments = segments;

    public IEnumerable<string> Variables => _segments.Where(IsVariable).Select(NameOf);

    public static bool TryParse(string text, [NotNullWhen(true)] out AliasPattern? pattern)
    {
        var segments = Destination.Parse(text).Segments.ToArray();
        pattern = new AliasPattern(segments);
        return segments.Length > 0 && Array.TrueForAll(segments, s => s.Length > 0 && (IsVariable(s) || !s.AsSpan().ContainsAny('{', '}')))
            && pattern.Variables.All(FieldPath.IsName) && pattern.Variables.Distinct(StringComparer.Ordinal).Count() == pattern.Variables.Count();
    }

    /// <summary>Whether it is this destination; then also what its variables stand for.</summary>
    public bool Matches(in Destination destination, out IReadOnlyDictionary<string, string> variables)
    {
        variables = NoVariables;
        var segments = destination.Segments;
        if (segments.Length != _segments.Length) return false;
        Dictionary<string, string>? found = null;
        for (var i = 0; i < segments.Length; i++)
        {
            if (IsVariable(_segments[i]) && segments[i].Length > 0) (found ??= new(StringComparer.Ordinal)).Add(NameOf(_segments[i]), segments[i]);
            else if (segments[i] != _segments[i]) return false;
        }
        variables = found ?? NoVariables;
        return true;
    }

    private static readonly Dictionary<string, string> NoVariables = [];

    private static bool IsVariable(string segment) => segment is ['{', .., '}'];

    private static string NameOf(string segment) => segment[1..^1];
}
