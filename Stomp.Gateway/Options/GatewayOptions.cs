using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Stomp.Gateway.Options;

/// <summary>The gateway itself: where it listens, what it is called, whom it lets in and whom it believes.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    public const string DefaultUrls = "http://127.0.0.1:8080";

    /// <summary>Where it listens, separated by semicolons.</summary>
    public string Urls { get; set; } = DefaultUrls;

    /// <summary>Which of several gateways it is. By default the host's name and a few random characters, so that two on one host differ.</summary>
    public string NodeId { get; set; } = $"{Dns.GetHostName()}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";

    /// <summary>Origins of pages that may connect, besides the gateway's own. <c>https://chat.example.com</c></summary>
    public IList<string> AllowedOrigins { get; set; } = [];

    /// <summary>Addresses or networks of proxies whose <c>X-Forwarded-*</c> headers are believed. <c>10.0.0.0/8</c></summary>
    public IList<string> TrustedProxies { get; set; } = [];
}

internal static class GatewayAddresses
{
    /// <summary>Listens where <c>--urls</c> says, as every ASP.NET Core program does, and else where <c>Gateway:Urls</c> says.</summary>
    public static void ListenAsConfigured(this WebApplication app)
    {
        if (app.Urls.Count > 0 || app.Configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 }) return;
        foreach (var url in app.Services.GetRequiredService<GatewayOptions>().Urls.Split(';', StringSplitOptions.TrimEntries)) app.Urls.Add(url);
    }
}

internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    private const int MaxNodeIdLength = 64;

    public ValidateOptionsResult Validate(string? name, GatewayOptions options) => FirstFault(options) is { } fault
        ? ValidateOptionsResult.Fail(fault)
        : ValidateOptionsResult.Success;

    private static bool IsAddress(string url)
    {
        if (!url.StartsWith("http://", StringComparison.Ordinal) && !url.StartsWith("https://", StringComparison.Ordinal)) return false;
        try
        {
            var address = BindingAddress.Parse(url);
            // Which of its two addresses would get which port is not said.
            if (address.Port == 0 && address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return false;
            return address.Port is >= 0 and <= ushort.MaxValue;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string? FirstFault(GatewayOptions options)
    {
        if (options.NodeId.Length is 0 or > MaxNodeIdLength || options.NodeId.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
            return $"""Gateway:NodeId is "{options.NodeId}"; it has 1 to {MaxNodeIdLength} letters, digits, '-', '_' and '.', for example "chat-1".""";
        foreach (var url in options.Urls.Split(';', StringSplitOptions.TrimEntries))
        {
            if (!IsAddress(url))
                return $"""Gateway:Urls has "{url}"; an address is for example "{GatewayOptions.DefaultUrls}".""";
        }
        foreach (var origin in options.AllowedOrigins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin)
                return $"""Gateway:AllowedOrigins has "{origin}"; an origin is scheme, host and port only, for example "https://chat.example.com".""";
        }
        foreach (var proxy in options.TrustedProxies)
        {
            if (!IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
                return $"""Gateway:TrustedProxies has "{proxy}"; it takes addresses and networks, for example "10.0.0.5" or "10.0.0.0/8".""";
        }
        return null;
    }
}
