using System.Diagnostics;
using Chat.Tests.Support.Servers;
using ChatStomp.Bench.Load;

namespace ChatStomp.Bench.Peers;

/// <summary>One gateway, started from what the build made of it.</summary>
internal sealed class GatewayServer : ServerProcess
{
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly bool _isSecure;
    private readonly HttpClient _http;

    private GatewayServer(IReadOnlyDictionary<string, string> settings, bool isSecure)
        : base("gateway")
    {
        (_settings, _isSecure) = (settings, isSecure);
        var handler = new SocketsHttpHandler();
        if (isSecure) handler.SslOptions = TestCertificate.ClientOptions;
        _http = new HttpClient(handler) { BaseAddress = new Uri($"{(isSecure ? "https" : "http")}://127.0.0.1:{Port}") };
    }

    /// <summary>Asks it by HTTP, or HTTPS.</summary>
    public HttpClient Http => _http;

    public string SqliteFile => Path.Combine(Folder, "data", "chatstomp.db");

    public static async Task<GatewayServer> StartAsync(IReadOnlyDictionary<string, string> settings, bool isSecure = false)
    {
        var server = new GatewayServer(settings, isSecure);
        await server.StartAgainAsync();
        return server;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
    }

    protected override ProcessStartInfo Command()
    {
        // The gateway's own folder, not this program's: its runtimeconfig.json holds the settings of the collector that it ships with.
        var command = new ProcessStartInfo("dotnet", [BuildOutput.Of("Stomp.Gateway")]);
        command.Environment["DOTNET_ENVIRONMENT"] = "Production";
        command.Environment["Gateway__Urls"] = $"{_http.BaseAddress}";
        command.Environment["Stomp__Tcp__Port"] = "0";
        if (_isSecure)
        {
            var certificate = Path.Combine(Folder, "certificate.pem");
            File.WriteAllText(certificate, TestCertificate.Pem);
            command.Environment["Kestrel__Certificates__Default__Path"] = certificate;
            command.Environment["Kestrel__Certificates__Default__KeyPath"] = certificate;
        }
        foreach (var (name, value) in _settings) command.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return command;
    }

    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
