using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Chat.Infrastructure.Sql;
using Chat.Tests.Journeys;
using Chat.Tests.Support.Servers;
using Chat.Tests.Transcripts.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Stomp.Gateway.Connections;
using Stomp.Gateway.Security;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transcripts;

/// <summary>A gateway within the test's own process, put together as the program does it, so that a connection can be had without a transport too.</summary>
public sealed class TranscriptHost : IAsyncLifetime
{
    public const string ServiceLogin = "svc";
    public const string ServicePasscode = "a\\b:c";

    private readonly string _folder = Directory.CreateTempSubdirectory("chatstomp-").FullName;
    private readonly int _port = FreePort.Next();
    private WebApplication _app = null!;

    /// <summary>Where it speaks STOMP over TCP, on 127.0.0.1.</summary>
    internal int TcpPort { get; } = FreePort.Next();

    /// <summary>What its connections have in common, for one that a test makes by itself.</summary>
    internal ConnectionServices Connections => _app.Services.GetRequiredService<ConnectionServices>();

    private Uri Address => new($"http://127.0.0.1:{_port}");

    private Uri Stomp => new(Address, "/ws");

    public async Task InitializeAsync()
    {
        string[] settings =
        [
            // High enough for every test, so that each message is counted as it is where somebody runs this.
            "--Limits:RoomMessagesPerWindow=1000000",
            $"--Gateway:Urls={Address}", $"--Stomp:Tcp:Port={TcpPort}", $"--Database:ConnectionString=Data Source={Path.Combine(_folder, "chat.db")}",
            $"--Auth:SymmetricKey={GatewayProcess.SharedKey}", "--Limits:ConnectsPerMinute=0", "--Limits:SessionsPerUser=0", "--Limits:MessagesPerWindow=0",
            $"--Auth:ServiceAccounts:0:Login={ServiceLogin}", $"--Auth:ServiceAccounts:0:PasscodeHash={PasscodeHash.Of(ServicePasscode, 100_000)}",
            "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Stomp.Gateway=Error",
            "--Stomp:HeartbeatSend=00:00:01", "--Stomp:HeartbeatReceive=00:00:01",
            "--Stomp:Grants:0:User=reader", "--Stomp:Grants:0:Subscribe:0=/topic/news/**",
            "--Stomp:Grants:1:User=reporter", "--Stomp:Grants:1:Subscribe:0=/topic/alerts/*", "--Stomp:Grants:1:Send:0=/topic/alerts/*",
            "--Stomp:Grants:1:Subscribe:1=/queue/desk/*", "--Stomp:Grants:1:Send:1=/queue/desk/*", "--Stomp:Grants:1:Send:2=/exchange/amq.direct/*",
            "--Stomp:Grants:1:Send:3=/exchange/amq.fanout/**",
            "--Stomp:Aliases:0:Profile=spring-sub-pub",
        ];
        _app = Program.Compose(settings);
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

    internal async Task<IClientChannel> OpenAsync(string transport) => transport switch
    {
        "memory" => new MemoryChannel(_app.Services.GetRequiredService<IConnectionRunner>()),
        "websocket" => await WebSocketChannel.OpenAsync(new Uri(Stomp.ToString().Replace("http", "ws", StringComparison.Ordinal))),
        "tcp" => await TcpChannel.OpenAsync(TcpPort),
        "sockjs_websocket" => await SockJsWebSocketChannel.OpenAsync(Stomp),
        _ => await SockJsHttpChannel.OpenAsync(Stomp, transport),
    };

    /// <summary>Makes a room by REST, and gives its id.</summary>
    internal async Task<string> MakeRoomAsync(string name, string owner, IReadOnlyList<string> others)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "/api/v1/rooms")) { Content = JsonContent.Create(new { name, memberIds = others }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.Issue(owner));
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }
}
