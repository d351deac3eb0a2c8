using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ChatStomp.Bench.Load;

/// <summary>The certificate of servers that are reached by TLS in this run: of 127.0.0.1, by a P-256 key, signed by itself. The clients trust it and no other.</summary>
internal static class TestCertificate
{
    private static readonly X509Certificate2 Certificate = Make();

    /// <summary>What a client needs. One for all of them: what it holds is only read.</summary>
    public static SslClientAuthenticationOptions ClientOptions { get; } = new()
    {
        TargetHost = $"{IPAddress.Loopback}",
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { Certificate },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    /// <summary>Certificate and key, PEM.</summary>
    public static string Pem { get; } = $"{Certificate.ExportCertificatePem()}\n{Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n";

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256) { CertificateExtensions = { names.Build() } };
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
