using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Chat.Infrastructure.Sql;
using Chat.Tests.Support;
using Chat.Tests.Support.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Stomp.Gateway.Security;

namespace Chat.Tests.Journeys;

/// <summary>What somebody proves by who they are stands in no log line, however much is logged.</summary>
public sealed class LoggedSecretsJourneys : IAsyncLifetime, IDisposable
{
    private const string Passcode = "open sesame";

    private readonly string _folder = Directory.CreateTempSubdirectory("chatstomp-").FullName;
    private readonly LogRecorder _log = new();
    private readonly Uri _address = new($"http://127.0.0.1:{FreePort.Next()}");
    private WebApplication _app = null!;

    private string StompUrl => $"{_address}ws";

    public async Task InitializeAsync()
    {
        _app = Program.Compose(
        [
            $"--Gateway:Urls={_address}", "--Stomp:Tcp:Port=0", $"--Database:ConnectionString=Data Source={Path.Combine(_folder, "chat.db")}",
            $"--Auth:SymmetricKey={GatewayProcess.SharedKey}", "--Limits:ConnectsPerMinute=0",
            "--Auth:ServiceAccounts:0:Login=svc", $"--Auth:ServiceAccounts:0:PasscodeHash={PasscodeHash.Of(Passcode, 100_000)}",
            "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace", "--Logging:Console:LogLevel:Default=None",
        ]);
        _app.Services.GetRequiredService<ILoggerFactory>().AddProvider(_log);
        await _app.Services.MigrateAsync(CancellationToken.None);
        await _app.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Neither_tokens_nor_passcodes_are_logged_whether_good_or_bad()
    {
        var (good, bad) = (TestTokens.Issue("alice"), $"{TestTokens.Issue("bob")}x");
        using var http = new HttpClient();
        foreach (var token in new[] { good, bad })
        {
            using var info = await http.GetAsync(new Uri($"{StompUrl}/info?access_token={token}"));
            using var poll = await http.PostAsync(new Uri($"{StompUrl}/0/{Guid.NewGuid():N}/xhr?access_token={token}"), content: null);
            using var me = new HttpRequestMessage(HttpMethod.Get, new Uri(_address, "/api/v1/me")) { Headers = { { "Authorization", $"Bearer {token}" } } };
            using var answer = await http.SendAsync(me);
            await using var client = await StompTestClient.OpenAsync(StompUrl);
            await client.SendAsync($"CONNECT\naccept-version:1.2\nAuthorization:Bearer {token}\n\n\0");
            await client.ReadAsync();
        }
        await using var known = await StompTestClient.OpenAsync($"{StompUrl}?access_token={good}");
        var refused = () => StompTestClient.OpenAsync($"{StompUrl}?access_token={bad}");
        await refused.Should().ThrowAsync<WebSocketException>();
        foreach (var passcode in new[] { Passcode, "close sesame" })
        {
            await using var service = await StompTestClient.OpenAsync(StompUrl);
            await service.SendAsync($"CONNECT\naccept-version:1.2\nlogin:svc\npasscode:{passcode}\n\n\0");
            await service.ReadAsync();
        }

        var lines = _log.Lines.Select(line => line.Text).ToArray();
        lines.Should().Contain(line => line.Contains("alice")).And.Contain(line => line.Contains("/ws"), "much is logged");
        // The signature is what has to stay a secret; without it the rest is worth nothing.
        foreach (var secret in new[] { Signature(good), Signature(bad), "sesame", GatewayProcess.SharedKey })
            lines.Should().NotContain(line => line.Contains(secret));
    }

    /// <summary>A webhook's address is its secret, whatever is done with it.</summary>
    [Fact]
    public async Task The_address_of_a_webhook_is_not_logged_whatever_is_sent_there()
    {
        using var http = new HttpClient();
        var room = await AskAsync(http, "/rooms", new { name = "Tea" });
        var rooms = $"/api/v1/rooms/{room.GetProperty("id").GetString()}";
        var invite = await AskAsync(http, $"/rooms/{room.GetProperty("id").GetString()}/invites", new { });
        var code = invite.GetProperty("code").GetString()!;
        var webhook = await AskAsync(http, $"/rooms/{room.GetProperty("id").GetString()}/webhooks", new { name = "ci" });
        var url = new Uri(_address, webhook.GetProperty("url").GetString());
        string[] bodies = ["""{"text":"x"}""", "{", "[]", $$"""{"text":"{{new string('x', 70_000)}}"}"""];

        foreach (var body in bodies)
        {
            using var answer = await http.PostAsync(url, new StringContent(body, Encoding.UTF8, "application/json"));
        }
        foreach (var (method, address) in new[] { (HttpMethod.Get, $"{url}"), (HttpMethod.Options, $"{url}"), (HttpMethod.Post, $"{url}/x"), (HttpMethod.Post, $"{url}?x"), (HttpMethod.Delete, $"{url}/"), (HttpMethod.Post, $"{url}%00") })
        {
            using var request = new HttpRequestMessage(method, address);
            using var answer = await http.SendAsync(request);
        }
        // A database that is away is told in the log, with the address that was asked for.
        await BreakTheDatabaseAsync();
        using var failed = await http.PostAsync(url, new StringContent(bodies[0], Encoding.UTF8, "application/json"));
        using var taking = new HttpRequestMessage(HttpMethod.Delete, new Uri(_address, $"{rooms}/invites/{code}"));
        taking.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.Issue("alice"));
        using var notTaken = await http.SendAsync(taking);

        failed.IsSuccessStatusCode.Should().BeFalse();
        notTaken.IsSuccessStatusCode.Should().BeFalse();
        _log.Lines.Should().ContainSingle(line => line.Text.Contains("DELETE /api/v1/rooms/") && line.Text.Contains("failed")).Which.Text.Should().NotContain(code, "it lets into the room");
        var lines = _log.Lines.Select(line => line.Text).ToArray();
        lines.Should().Contain(line => line.Contains("POST /api/v1/webhooks/{id}/{secret}: "), "the failure is logged");
        var secret = url.Segments[^1];
        lines.Should().NotContain(line => line.Contains(secret));
    }

    private async Task<JsonElement> AskAsync(HttpClient http, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address, $"/api/v1{path}")) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.Issue("alice"));
        using var answer = await http.SendAsync(request);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    private async Task BreakTheDatabaseAsync()
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder, "chat.db")}");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "alter table webhooks rename to gone; alter table invites rename to away";
        await command.ExecuteNonQueryAsync();
    }

    private static string Signature(string token) => token[(token.LastIndexOf('.') + 1)..];
}
