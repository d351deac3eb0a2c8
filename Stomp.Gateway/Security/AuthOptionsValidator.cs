using System.Security.Cryptography;
using System.Text;
using Chat.Domain.Users;
using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>Checks the settings of tokens and log-ins, keys and hashes included.</summary>
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
            ?? AccountFault(options.ServiceAccounts)
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
            using var key = TokenKeys.ImportPem(pem);
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

    private static string? AccountFault(IList<ServiceAccountOptions> accounts)
    {
        foreach (var account in accounts)
        {
            if (!UserId.TryParse(account.Login, out _) || account.Login == "jwt")
                return $"""Auth:ServiceAccounts has the login "{account.Login}"; a login has 1 to 64 characters, none of them a control character, and is not "jwt", for example "billing".""";
            if (PasscodeHash.Parse(account.PasscodeHash) is null)
                return $"""Auth:ServiceAccounts has no good PasscodeHash for "{account.Login}"; the command hash makes one, for example pbkdf2-sha256$600000$…$….""";
        }
        return accounts.GroupBy(a => a.Login).FirstOrDefault(g => g.Count() > 1) is { } twice ? $"""Auth:ServiceAccounts has "{twice.Key}" twice.""" : null;
    }

    private static string? DevelopmentFault(DevelopmentTokenOptions development) =>
        Uri.TryCreate(development.Url, UriKind.Absolute, out var uri) && uri.IsLoopback && uri.Scheme == Uri.UriSchemeHttp
            ? null
            : $"""Auth:Development:Url is "{development.Url}"; the development token server listens on this machine only, for example "http://127.0.0.1:8081".""";
}
