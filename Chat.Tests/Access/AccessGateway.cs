using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Infrastructure.Sql;
using Chat.Tests.Journeys;
using Chat.Tests.Support;
using Chat.Tests.Support.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Stomp.Gateway.Destinations;

namespace Chat.Tests.Access;

/// <summary>A gateway within the test's own process, so that it can be asked which routes and destinations it has.</summary>
public sealed class AccessGateway : IAsyncLifetime, IDisposable
{
    private const string ApiRoot = "/api/v1";

    private readonly string _folder = Directory.CreateTempSubdirectory("chatstomp-access-").FullName;
    private readonly Uri _address = new($"http://127.0.0.1:{FreePort.Next()}/");
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;
    private StompTestClient _connected = null!;

    internal string StompUrl => $"{_address}ws";

    /// <summary>A session of somebody who is nobody in the rooms.</summary>
    internal string Session { get; private set; } = "";

    /// <summary>All that it has: <c>GET /rooms/{id}</c>, <c>SEND /app/rooms/*/read</c>.</summary>
    internal IEnumerable<string> Routes => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(RoutesOf)
        .Concat(_app.Services.GetServices<ISendHandler>().Select(handler => $"SEND /{string.Join('/', handler.Pattern)}"))
        .Concat(_app.Services.GetServices<ISubscribeHandler>().Select(handler => $"SUBSCRIBE /{string.Join('/', handler.Pattern)}"));

    public async Task InitializeAsync()
    {
        _app = Program.Compose(
        [
            $"--Gateway:Urls={_address}", "--Stomp:Tcp:Port=0", $"--Database:ConnectionString=Data Source={Path.Combine(_folder, "chat.db")}",
            $"--Auth:SymmetricKey={GatewayProcess.SharedKey}", "--Limits:ConnectsPerMinute=0", "--Limits:MessagesPerWindow=0", "--Logging:LogLevel:Default=Error",
        ]);
        await _app.Services.MigrateAsync(CancellationToken.None);
        await _app.StartAsync();
        await ConnectAsync();
    }

    public async Task DisposeAsync()
    {
        await _connected.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>What somebody is told: the code of the refusal or <c>none</c>, and all that came with it.</summary>
    internal Task<(string Code, string Text)> TryAsync(AccessRow row, string path, string? token) =>
        row.IsStomp ? TryStompAsync(row.Verb, path, row.Body, token) : CallAsync(new HttpMethod(row.Verb), path, token, row.Body);

    internal async Task<(string Code, string Text)> CallAsync(HttpMethod method, string path, string? token, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(_address, $"{ApiRoot}{path}")) { Content = body is null ? null : JsonContent.Create(body) };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.IsSuccessStatusCode ? "none" : JsonElement.Parse(text).GetProperty("code").GetString()!, text);
    }

    internal async Task<JsonElement> AskAsync(HttpMethod method, string path, string token, object? body = null)
    {
        var (code, text) = await CallAsync(method, path, token, body);
        code.Should().Be("none", $"{method} {path} is well asked for: {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    /// <summary>Connects somebody whose session is in the list, which is a moment behind.</summary>
    private async Task ConnectAsync()
    {
        var token = TestTokens.Issue("connected");
        _connected = await StompTestClient.OpenAsync(StompUrl);
        await _connected.SendAsync($"CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer {token}\n\n\0");
        Session = (await _connected.ReadAsync())["session"]!;
        await EventuallyAsync(async () => (await CallAsync(HttpMethod.Get, "/sessions", token)).Text.Contains(Session, StringComparison.Ordinal));
    }

    private async Task<(string Code, string Text)> TryStompAsync(string command, string path, object? body, string? token)
    {
        await using var client = await StompTestClient.OpenAsync(StompUrl);
        if (token is not null)
        {
            await client.SendAsync($"CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer {token}\n\n\0");
            var connected = await client.ReadAsync();
            if (connected.Command == "ERROR") return (connected["code"]!, $"{connected}");
            await client.SubscribeAsync("/user/queue/errors", "errors");
        }
        var json = body is null ? "" : JsonSerializer.Serialize(body);
        await client.SendAsync($"{command}\nid:1\ndestination:{path}\nreceipt:r\ncontent-type:application/json\n\n{json}\0");
        var text = "";
        while (true)
        {
            var frame = await client.ReadAsync();
            text += frame;
            if (frame.Command == "RECEIPT") return ("none", text);
            if (frame.Command == "ERROR") return (token is null ? "unauthenticated" : $"{frame}", text);
            if (frame["subscription"] == "errors") return (frame.Json.GetProperty("code").GetString()!, text);
        }
    }

    private static IEnumerable<string> RoutesOf(RouteEndpoint endpoint)
    {
        var pattern = endpoint.RoutePattern.RawText!;
        return pattern.StartsWith(ApiRoot, StringComparison.Ordinal) ? endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(method => $"{method} {pattern[ApiRoot.Length..]}") : [];
    }
}
