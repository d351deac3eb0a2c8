using System.ComponentModel.DataAnnotations;

namespace Stomp.Gateway.Options;

/// <summary>
/// How tokens are verified. Exactly one source of keys is set; in the Development environment none may be, and the development token server is trusted then.
/// </summary>
internal sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>A symmetric key shorter than its hash can be guessed (RFC 7518 section 3.2).</summary>
    public const int MinSymmetricKeyBytes = 32;

    /// <summary>The Auth Server, found by OIDC discovery. <c>https://auth.example.com/realms/chat</c></summary>
    public string? Authority { get; set; }

    /// <summary>Its public keys as a JSON Web Key Set, where it has no discovery document.</summary>
    public string? JwksUrl { get; set; }

    /// <summary>Its one public key, RSA or EC, in PEM.</summary>
    public string? PublicKeyPem { get; set; }

    /// <summary>A secret shared with it, for HS256, HS384 and HS512.</summary>
    public string? SymmetricKey { get; set; }

    /// <summary>What <c>iss</c> has to be; by default what the discovery document says, else anything.</summary>
    public string? Issuer { get; set; }

    /// <summary>What <c>aud</c> has to contain; by default anything.</summary>
    public string? Audience { get; set; }

    /// <summary>How long a client without a token at the handshake has to send CONNECT with one. 10 s, as RabbitMQ allows for a login.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a handshake without a token is refused.</summary>
    public bool RequireAtHandshake { get; set; }

    /// <summary>Back-end services that log in by <c>login</c> and <c>passcode</c>.</summary>
    public IList<ServiceAccountOptions> ServiceAccounts { get; set; } = [];

    /// <summary>The token server that stands in for an Auth Server while developing.</summary>
    public DevelopmentTokenOptions Development { get; set; } = new();

    /// <summary>Which of the sources of keys are set, by name.</summary>
    public IReadOnlyList<string> KeySources =>
    [
        .. new[]
        {
            (Authority, nameof(Authority)), (JwksUrl, nameof(JwksUrl)), (PublicKeyPem, nameof(PublicKeyPem)), (SymmetricKey, nameof(SymmetricKey)),
        }.Where(source => !string.IsNullOrEmpty(source.Item1)).Select(source => $"Auth:{source.Item2}"),
    ];
}

/// <summary>The development token server; it starts only in the Development environment and when no other source of keys is set.</summary>
internal sealed class DevelopmentTokenOptions
{
    /// <summary>Where it listens; loopback only. Port 0 takes a free one.</summary>
    public string Url { get; set; } = "http://127.0.0.1:8081";

    /// <summary>The file of its private key, made at the first start.</summary>
    public string KeyPath { get; set; } = "data/development-key.pem";
}

/// <summary>A back-end service with a passcode of its own.</summary>
internal sealed class ServiceAccountOptions
{
    /// <summary>Its login, which is its user id too.</summary>
    public string Login { get; set; } = "";

    /// <summary>What <c>Stomp.Gateway hash</c> makes of its passcode; the passcode itself is nowhere.</summary>
    public string PasscodeHash { get; set; } = "";

    /// <summary>Roles besides <c>service</c>.</summary>
    public IList<string> Roles { get; set; } = [];
}
