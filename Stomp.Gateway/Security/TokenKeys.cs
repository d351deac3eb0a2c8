using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>Where the keys come from that good tokens are signed with, and which algorithms go with them.</summary>
internal sealed class TokenKeys
{
    private static readonly string[] Asymmetric =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly string[] Symmetric = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];

    private readonly SecurityKey? _key;
    private readonly Lazy<ConfigurationManager<OpenIdConnectConfiguration>>? _discovery;

    /// <param name="options">Where the keys are.</param>
    /// <param name="developmentAuthority">The address of the development token server, asked for at the first token: it is known once that server has started.</param>
    public TokenKeys(AuthOptions options, Func<string?> developmentAuthority)
    {
        if (!string.IsNullOrEmpty(options.SymmetricKey)) _key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.SymmetricKey));
        else if (!string.IsNullOrEmpty(options.PublicKeyPem)) _key = KeyOf(ImportPem(options.PublicKeyPem));
        else if (!string.IsNullOrEmpty(options.JwksUrl)) _discovery = new(() => Discovery(options.JwksUrl, new JwksRetriever()));
        else _discovery = new(() => Discovery(DocumentOf(string.IsNullOrEmpty(options.Authority) ? developmentAuthority()! : options.Authority), new OpenIdConnectConfigurationRetriever()));
    }

    /// <summary>What a key of this kind may sign with. A public key taken for a shared secret is the classic way to forge a token, so the lists are apart.</summary>
    public IEnumerable<string> Algorithms => _key is SymmetricSecurityKey ? Symmetric : Asymmetric;

    /// <summary>The keys of now, and who signs with them if that is known.</summary>
    /// <exception cref="InvalidOperationException">The Auth Server does not answer, and never has.</exception>
    public async ValueTask<(IEnumerable<SecurityKey> Keys, string? Issuer)> GetAsync(CancellationToken cancellationToken)
    {
        if (_key is not null) return ([_key], null);
        var found = await _discovery!.Value.GetConfigurationAsync(cancellationToken);
        return (found.SigningKeys, found.Issuer);
    }

    /// <summary>Asks for the keys anew at the next use, if the last time is long enough ago; for a token whose key is not known.</summary>
    /// <returns>Whether there is anything to ask.</returns>
    public bool Refresh()
    {
        _discovery?.Value.RequestRefresh();
        return _discovery is not null;
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

    private static string DocumentOf(string authority) => $"{authority.TrimEnd('/')}/.well-known/openid-configuration";

    private static SecurityKey KeyOf(AsymmetricAlgorithm key) => key is RSA rsa ? new RsaSecurityKey(rsa) : new ECDsaSecurityKey((ECDsa)key);

    private static ConfigurationManager<OpenIdConnectConfiguration> Discovery(string address, IConfigurationRetriever<OpenIdConnectConfiguration> retriever) =>
        new(address, retriever, new HttpDocumentRetriever { RequireHttps = address.StartsWith("https://", StringComparison.Ordinal) })
        {
            // An Auth Server that changes its key is noticed at the first token signed with the new one, and cannot be made to be asked in a loop.
            RefreshInterval = TimeSpan.FromSeconds(30),
        };

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
