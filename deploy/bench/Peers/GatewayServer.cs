using System.Diagnostics;
using Chat.Tests.Support.Servers;

namespace ChatStomp.Bench.Peers;

/// <summary>One gateway, started from what the build made of it.</summary>
internal sealed class GatewayServer : ServerProcess
{
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly HttpClient _http = new();

    private GatewayServer(IReadOnlyDictionary<string, string> settings)
        : base("gateway") => _settings = settings;

    public string SqliteFile => Path.Combine(Folder, "data", "chatstomp.db");

    public static async Task<GatewayServer> StartAsync(IReadOnlyDictionary<string, string> settings)
    {
        var server = new GatewayServer(settings);
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
        command.Environment["Gateway__Urls"] = $"http://127.0.0.1:{Port}";
        command.Environment["Stomp__Tcp__Port"] = "0";
        foreach (var (name, value) in _settings) command.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return command;
    }

    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://127.0.0.1:{Port}/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
