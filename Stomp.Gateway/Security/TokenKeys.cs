using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>Where the keys come from that good tokens are signed with, and which algorithms go with them.</summary>
internal sealed class TokenKeys : IDisposable
{
    private static readonly string[] Asymmetric =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly string[] Symmetric = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];

    private readonly SecurityKey? _key;
    private readonly SecurityKey[] _keys = [];
    private readonly Lazy<PublishedKeys>? _published;

    /// <param name="options">Where the keys are.</param>
    /// <param name="developmentAuthority">The address of the development token server, asked for at the first token: it is known once that server has started.</param>
    /// <param name="time">Tells how old the Auth Server's answer is.</param>
    public TokenKeys(AuthOptions options, Func<string?> developmentAuthority, TimeProvider time)
    {
        if (!string.IsNullOrEmpty(options.SymmetricKey)) _key = SharedKeyOf(options.SymmetricKey);
        else if (!string.IsNullOrEmpty(options.PublicKeyPem)) _key = KeyOf(ImportPem(options.PublicKeyPem));
        else if (!string.IsNullOrEmpty(options.JwksUrl)) _published = new(() => new(options.JwksUrl, new JwksRetriever(), time));
        else _published = new(() => new(DocumentOf(string.IsNullOrEmpty(options.Authority) ? developmentAuthority()! : options.Authority), new OpenIdConnectConfigurationRetriever(), time));
        if (_key is not null) _keys = [_key];
    }

    /// <summary>What a key of this kind may sign with. A public key taken for a shared secret is the classic way to forge a token, so the lists are apart.</summary>
    public IEnumerable<string> Algorithms => _key is SymmetricSecurityKey ? Symmetric : Asymmetric;

    /// <summary>The keys of now, the same object for as long as they are the same, and who signs with them if that is known.</summary>
    /// <exception cref="InvalidOperationException">The Auth Server does not answer, and never has.</exception>
    public async ValueTask<(IEnumerable<SecurityKey> Keys, string? Issuer)> GetAsync(CancellationToken cancellationToken)
    {
        if (_key is not null) return (_keys, null);
        var found = await _published!.Value.GetAsync(cancellationToken);
        return (found.SigningKeys, found.Issuer);
    }

    /// <summary>Asks for the keys anew, for a token whose key is not known, unless that was done a moment ago.</summary>
    /// <returns>Whether other keys may be known now.</returns>
    /// <exception cref="InvalidOperationException">The Auth Server does not answer.</exception>
    public async ValueTask<bool> RefreshAsync(CancellationToken cancellationToken) => _published is not null && await _published.Value.RefreshAsync(cancellationToken);

    public void Dispose()
    {
        if (_published is { IsValueCreated: true }) _published.Value.Dispose();
    }

    /// <exception cref="ArgumentException">It is no public key of RSA or EC.</exception>
    public static AsymmetricAlgorithm ImportPem(string pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return rsa;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            rsa.Dispose();
        }
        var ec = ECDsa.Create();
        ec.ImportFromPem(pem);
        return ec;
    }

    /// <summary>
    /// HMAC fills a key that is shorter than its block up with zeros by itself (RFC 2104 section 2), so these change nothing. Without them the library refuses a key that is
    /// shorter than what HS384 and HS512 give.
    /// </summary>
    private static SymmetricSecurityKey SharedKeyOf(string text)
    {
        var key = Encoding.UTF8.GetBytes(text);
        if (key.Length < HMACSHA512.HashSizeInBytes) Array.Resize(ref key, HMACSHA512.HashSizeInBytes);
        return new SymmetricSecurityKey(key);
    }

    private static string DocumentOf(string authority) => $"{authority.TrimEnd('/')}/.well-known/openid-configuration";

    private static SecurityKey KeyOf(AsymmetricAlgorithm key) => key is RSA rsa ? new RsaSecurityKey(rsa) : new ECDsaSecurityKey((ECDsa)key);

    /// <summary>Reads a bare key set as if it were a discovery document that has nothing else to say.</summary>
    private sealed class JwksRetriever : IConfigurationRetriever<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
        {
            var keys = new JsonWebKeySet(await retriever.GetDocumentAsync(address, cancel));
            var found = new OpenIdConnectConfiguration { JsonWebKeySet = keys };
            foreach (var key in keys.GetSigningKeys()) found.SigningKeys.Add(key);
            return found;
        }
    }
}
