using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>How to reach the broker that joins several gateways.</summary>
internal sealed class RabbitMqOptions
{
    public const string Section = "RabbitMq";
    public const string UriKey = $"{Section}:{nameof(Uri)}";

    /// <summary><c>amqp://user:password@host:5672/vhost</c>, or <c>amqps</c> for TLS. None: the gateway works alone.</summary>
    public string? Uri { get; set; }

    /// <summary><c>http://user:password@host:15672</c>: the management plugin's address. None: nothing is asked of it.</summary>
    public string? ManagementUri { get; set; }
}

/// <summary>The settings hold a password, so a complaint never repeats what was set.</summary>
internal sealed class RabbitMqOptionsValidator : IValidateOptions<RabbitMqOptions>
{
    public ValidateOptionsResult Validate(string? name, RabbitMqOptions options)
    {
        if (!IsUri(options.Uri, "amqp", "amqps", maxSegments: 2))
            return ValidateOptionsResult.Fail("RabbitMq:Uri is no AMQP address: it looks like amqp://user:password@host:5672/vhost, or amqps://user:password@host:5671/vhost for TLS.");
        if (options.ManagementUri is { Length: > 0 } management && !IsUri(management, "http", "https", maxSegments: int.MaxValue))
            return ValidateOptionsResult.Fail("RabbitMq:ManagementUri is no address of a management plugin: it looks like http://user:password@host:15672.");
        return ValidateOptionsResult.Success;
    }

    // A virtual host is one segment; a slash in its name is written %2F (RabbitMQ URI Specification).
    private static bool IsUri(string? text, string scheme, string secureScheme, int maxSegments) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == scheme || uri.Scheme == secureScheme)
        && uri.Host.Length > 0
        && uri.Segments.Length <= maxSegments;
}
