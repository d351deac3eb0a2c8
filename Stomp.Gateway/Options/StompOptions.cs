using System.Buffers;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Stomp.Gateway.Options;

/// <summary>Where STOMP is spoken, and how often a sign of life is due.</summary>
internal sealed class StompOptions
{
    public const string Section = "Stomp";

    /// <summary>The paths of the endpoint, each a WebSocket and SockJS base URL. <c>/ws</c> when none is named; a frontend's existing path can be added.</summary>
    public IList<string> Paths { get; set; } = [];

    /// <summary>How often the server is ready to send a heart-beat; 0 for never. 10 s is what Spring's brokers offer.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan HeartbeatSend { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the server wants to hear something of the client; 0 for never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan HeartbeatReceive { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After how many silent intervals a client is given up. Spring's simple broker allows 3. Browsers slow the timers of hidden tabs to one a minute, so where
    /// such tabs have to stay connected with intervals of 10 s, this has to be 7 or more.
    /// </summary>
    [Range(1, 100)]
    public int HeartbeatTolerance { get; set; } = 3;

    /// <summary>Whether CONNECTED says which server and version this is. No client needs it; whoever would rather not tell switches it off.</summary>
    public bool ServerHeader { get; set; } = true;

    /// <summary>Who besides services may use general destinations.</summary>
    public IList<GrantOptions> Grants { get; set; } = [];

    /// <summary>Destinations and payloads of frontends that exist already.</summary>
    public IList<AliasOptions> Aliases { get; set; } = [];

    /// <summary>
    /// Whether WebSocket messages are compressed for clients that offer it (permessage-deflate). Off: each copy of an event is compressed by itself, which
    /// costs several times what sending it does. Worth it where traffic is dearer than processors.
    /// </summary>
    public bool Compression { get; set; }

    /// <summary>The paths that are served, each once: URLs are found whatever the case of their letters here.</summary>
    public IReadOnlyList<string> EffectivePaths => Paths.Count == 0 ? ["/ws"] : [.. Paths.Distinct(StringComparer.OrdinalIgnoreCase)];
}

/// <summary>What somebody, or everybody of a role, may do with general destinations.</summary>
internal sealed class GrantOptions
{
    /// <summary>Whose grant it is, by the token's <c>sub</c>; or <see cref="Role"/>.</summary>
    public string? User { get; set; }

    /// <summary>Whose grant it is, by one of the token's <c>roles</c>.</summary>
    public string? Role { get; set; }

    /// <summary>Where to they may SEND; <c>*</c> stands for one word of the destination, <c>**</c> at the end for one or more. <c>/topic/news/**</c></summary>
    public IList<string> Send { get; set; } = [];

    /// <summary>What they may SUBSCRIBE to.</summary>
    public IList<string> Subscribe { get; set; } = [];
}

[OptionsValidator]
internal sealed partial class StompOptionsRanges : IValidateOptions<StompOptions>;

internal sealed class StompOptionsValidator : IValidateOptions<StompOptions>
{
    private static readonly SearchValues<char> NotLiteral = SearchValues.Create("?#{}*% ");

    public ValidateOptionsResult Validate(string? name, StompOptions options)
    {
        foreach (var path in options.Paths)
        {
            if (path.Length < 2 || path[0] != '/' || path[^1] == '/' || path.AsSpan().ContainsAny(NotLiteral))
                return ValidateOptionsResult.Fail($"""Stomp:Paths has "{path}"; a path begins with a slash, ends without one and is literal, for example "/ws" or "/chat/stomp".""");
        }
        foreach (var grant in options.Grants)
        {
            if (string.IsNullOrEmpty(grant.User) == string.IsNullOrEmpty(grant.Role))
                return ValidateOptionsResult.Fail("""Stomp:Grants has an entry that names not exactly one of User and Role, for example { "Role": "member", "Subscribe": ["/topic/news/**"] }.""");
            foreach (var pattern in grant.Send.Concat(grant.Subscribe))
            {
                if (pattern.Length < 2 || pattern[0] != '/' || pattern.IndexOf("**", StringComparison.Ordinal) is var open && open >= 0 && open != pattern.Length - 2)
                    return ValidateOptionsResult.Fail($"""Stomp:Grants has "{pattern}"; a destination begins with a slash and has ** only at its end, for example "/topic/news/**".""");
            }
        }
        foreach (var interval in (ReadOnlySpan<TimeSpan>)[options.HeartbeatSend, options.HeartbeatReceive])
        {
            if (interval > TimeSpan.Zero && interval < TimeSpan.FromSeconds(1))
                return ValidateOptionsResult.Fail("Stomp:HeartbeatSend and Stomp:HeartbeatReceive are 0 for never or at least one second, for example \"00:00:10\".");
        }
        return ValidateOptionsResult.Success;
    }
}
