using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Journeys;

/// <summary>The gateway as its users run it: a process of its own, started from what the build made.</summary>
internal sealed class GatewayProcess : ServerProcess
{
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly int _tokenPort = FreePort.Next();
    private readonly int _tcpPort = FreePort.Next();

    /// <summary>What was logged as an error or worse, each with some lines behind it; the first few hundred lines.</summary>
    private readonly ConcurrentQueue<string> _complaints = new();
    private int _linesOfComplaint;

    private GatewayProcess(IReadOnlyDictionary<string, string> settings)
        : base("gateway") => _settings = settings;

    /// <summary>Where the gateway is: <c>http://127.0.0.1:8080</c>.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>Where it speaks STOMP over TCP.</summary>
    public int TcpPort => _tcpPort;

    /// <summary>Where its STOMP endpoint is.</summary>
    public string StompUrl => $"{Address}ws";

    /// <summary>The program, built beside the tests in the same configuration.</summary>
    public static string ProgramPath { get; } = FindProgram();

    /// <summary>The database of a gateway that was told no other.</summary>
    public string SqliteFile => Path.Combine(Folder, "data", "chatstomp.db");

    /// <summary>What <c>Auth:SymmetricKey</c> is where gateways trust the tokens of <see cref="TestTokens"/>.</summary>
    public const string SharedKey = "a key of tests, which nobody else uses: 0123456789";

    /// <summary>Nothing was logged as an error or worse.</summary>
    public void ShouldNotHaveComplained()
    {
        if (!_complaints.IsEmpty) throw new InvalidOperationException($"The gateway logged:\n{string.Join('\n', _complaints)}");
    }

    /// <param name="settings">By their names, <c>Database:Provider</c>.</param>
    public static async Task<GatewayProcess> StartAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        var gateway = new GatewayProcess(settings ?? new Dictionary<string, string>(StringComparer.Ordinal));
        try
        {
            await gateway.StartAgainAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>A token of the gateway's own development token server.</summary>
    public async Task<string> TokenAsync(string subject, string? name = null, params string[] roles)
    {
        using var answer = await _http.PostAsJsonAsync($"http://127.0.0.1:{_tokenPort}/token", new { sub = subject, name, roles });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    /// <summary>Calls the REST API, <c>/rooms</c> with a token.</summary>
    public async Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, string? token, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, $"/api/v1{path}")) { Content = body };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request);
    }

    /// <summary>The same where a good answer with a body is expected.</summary>
    public async Task<JsonElement> AskAsync(HttpMethod method, string path, string token, object? body = null)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var answer = await CallAsync(method, path, token, content);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonElement.Parse(text)
            : throw new InvalidOperationException($"{method} {path} was answered {(int)answer.StatusCode}: {text}\n{LastOutput()}");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _http.Dispose();
    }

    protected override void OnOutput(string line)
    {
        const int LinesOfOne = 15;
        const int MostLines = 300;
        if (line.StartsWith("fail: ", StringComparison.Ordinal) || line.StartsWith("crit: ", StringComparison.Ordinal) || line.Contains("Unhandled exception", StringComparison.Ordinal))
            _linesOfComplaint = LinesOfOne;
        if (_linesOfComplaint-- > 0 && _complaints.Count < MostLines) _complaints.Enqueue(line);
    }

    protected override ProcessStartInfo Command()
    {
        var command = new ProcessStartInfo("dotnet", [ProgramPath]);
        command.Environment["DOTNET_ENVIRONMENT"] = "Development";
        command.Environment["Gateway__Urls"] = $"http://127.0.0.1:{Port}";
        command.Environment["Stomp__Tcp__Port"] = $"{_tcpPort}";
        command.Environment["Auth__Development__Url"] = $"http://127.0.0.1:{_tokenPort}";
        foreach (var (name, value) in _settings) command.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return command;
    }

    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(Address, "/health/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private static string FindProgram([CallerFilePath] string file = "")
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "Stomp.Gateway", "bin", configuration, "net10.0", "Stomp.Gateway.dll"));
    }
}
