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

    /// <summary>
    /// Whether WebSocket messages are compressed for clients that offer it (permessage-deflate). Off: each copy of an event is compressed by itself, which
    /// costs several times what sending it does. Worth it where traffic is dearer than processors.
    /// </summary>
    public bool Compression { get; set; }

    public IReadOnlyList<string> EffectivePaths => Paths.Count == 0 ? ["/ws"] : [.. Paths.Distinct(StringComparer.Ordinal)];
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
        foreach (var interval in (ReadOnlySpan<TimeSpan>)[options.HeartbeatSend, options.HeartbeatReceive])
        {
            if (interval > TimeSpan.Zero && interval < TimeSpan.FromSeconds(1))
                return ValidateOptionsResult.Fail("Stomp:HeartbeatSend and Stomp:HeartbeatReceive are 0 for never or at least one second, for example \"00:00:10\".");
        }
        return ValidateOptionsResult.Success;
    }
}
