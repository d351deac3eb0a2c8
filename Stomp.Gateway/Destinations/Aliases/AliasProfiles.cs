using Stomp.Gateway.Options;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>The aliases that come with the program: profiles.json, written as they would be in the settings.</summary>
internal static class AliasProfiles
{
    private static readonly Lazy<Dictionary<string, List<AliasOptions>>> All = new(Read);

    public static IEnumerable<string> Names => All.Value.Keys.Order(StringComparer.Ordinal);

    /// <summary>Null when there is no profile of that name.</summary>
    public static IReadOnlyList<AliasOptions>? Find(string name) => All.Value.GetValueOrDefault(name);

    private static Dictionary<string, List<AliasOptions>> Read()
    {
        using var file = typeof(AliasProfiles).Assembly.GetManifestResourceStream(typeof(AliasProfiles), "profiles.json")!;
        var profiles = new Dictionary<string, List<AliasOptions>>(StringComparer.Ordinal);
        new ConfigurationBuilder().AddJsonStream(file).Build().Bind(profiles);
        return profiles;
    }
}
