using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Stomp.Gateway.Options;

/// <summary>STOMP over plain TCP.</summary>
internal sealed class TcpOptions
{
    public const string Section = "Stomp:Tcp";

    /// <summary>61613 is the port of STOMP at IANA's registry and of every broker; 0 turns the listener off.</summary>
    [Range(0, 65_535)]
    public int Port { get; set; } = 61_613;

    /// <summary>Which of the machine's addresses it listens on; by default nobody outside the machine can connect.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>A certificate in PEM; none: no TLS.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>The certificate's private key in PEM, where it is not in the same file.</summary>
    public string? CertificateKeyPath { get; set; }
}

[OptionsValidator]
internal sealed partial class TcpOptionsRanges : IValidateOptions<TcpOptions>;

internal sealed class TcpOptionsValidator : IValidateOptions<TcpOptions>
{
    public ValidateOptionsResult Validate(string? name, TcpOptions options)
    {
        if (!IPAddress.TryParse(options.Address, out _))
            return ValidateOptionsResult.Fail($"""Stomp:Tcp:Address is "{options.Address}"; it is one of the machine's addresses, for example "127.0.0.1", or "0.0.0.0" for all.""");
        return string.IsNullOrEmpty(options.CertificatePath) && !string.IsNullOrEmpty(options.CertificateKeyPath)
            ? ValidateOptionsResult.Fail("Stomp:Tcp:CertificateKeyPath is set and Stomp:Tcp:CertificatePath is not; the key's certificate is named there, for example \"/etc/chatstomp/tls.crt\".")
            : ValidateOptionsResult.Success;
    }
}
