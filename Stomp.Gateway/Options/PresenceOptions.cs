using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Stomp.Gateway.Options;

/// <summary>When somebody counts as being there (docs/protocol.md, Presence).</summary>
internal sealed class PresenceOptions
{
    public const string Section = "Presence";

    /// <summary>Without a frame besides heart-beats for so long, a session counts as away. 5 minutes, as in the messengers that people know.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan AwayAfter { get; set; } = TimeSpan.FromMinutes(5);
}

[OptionsValidator]
internal sealed partial class PresenceOptionsValidator : IValidateOptions<PresenceOptions>;
