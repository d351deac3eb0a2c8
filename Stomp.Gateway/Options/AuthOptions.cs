using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

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

internal sealed class AuthOptionsValidator(IHostEnvironment environment) : IValidateOptions<AuthOptions>
{
    public ValidateOptionsResult Validate(string? name, AuthOptions options) => FirstFault(options) is { } fault
        ? ValidateOptionsResult.Fail(fault)
        : ValidateOptionsResult.Success;

    private string? FirstFault(AuthOptions options)
    {
        if (options.KeySources.Count > 1) return $"{string.Join(" and ", options.KeySources)} are set; exactly one of them says whose tokens are good.";
        if (options.KeySources.Count == 0 && !environment.IsDevelopment())
        {
            return "No Auth is configured, so nobody could log in. Set one of Auth:Authority (for example \"https://auth.example.com/realms/chat\"), "
                + "Auth:JwksUrl, Auth:PublicKeyPem or Auth:SymmetricKey.";
        }
        if (options.ConnectTimeout < TimeSpan.FromSeconds(1) || options.ConnectTimeout > TimeSpan.FromMinutes(5))
            return "Auth:ConnectTimeout must be between one second and five minutes, for example \"00:00:10\".";
        return UrlFault("Auth:Authority", options.Authority)
            ?? UrlFault("Auth:JwksUrl", options.JwksUrl)
            ?? PemFault(options.PublicKeyPem)
            ?? SymmetricFault(options.SymmetricKey)
            ?? DevelopmentFault(options.Development);
    }

    private static string? UrlFault(string setting, string? url)
    {
        if (string.IsNullOrEmpty(url)) return null;
        var good = Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
        return good ? null : $"""{setting} is "{url}"; it must be an https address (http on this machine only), for example "https://auth.example.com/realms/chat".""";
    }

    private static string? PemFault(string? pem)
    {
        if (string.IsNullOrEmpty(pem)) return null;
        try
        {
            using var key = Security.TokenKeys.ImportPem(pem);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return """Auth:PublicKeyPem is no public key of RSA or EC in PEM; it begins with "-----BEGIN PUBLIC KEY-----".""";
        }
    }

    private static string? SymmetricFault(string? key) =>
        string.IsNullOrEmpty(key) || Encoding.UTF8.GetByteCount(key) >= AuthOptions.MinSymmetricKeyBytes
            ? null
            : $"Auth:SymmetricKey has {Encoding.UTF8.GetByteCount(key)} octets; at least {AuthOptions.MinSymmetricKeyBytes} are needed, for example 48 random characters.";

    private static string? DevelopmentFault(DevelopmentTokenOptions development) =>
        Uri.TryCreate(development.Url, UriKind.Absolute, out var uri) && uri.IsLoopback && uri.Scheme == Uri.UriSchemeHttp
            ? null
            : $"""Auth:Development:Url is "{development.Url}"; the development token server listens on this machine only, for example "http://127.0.0.1:8081".""";
}
