using System.Diagnostics;
using Chat.Tests.Security;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Journeys;

/// <summary>The program and its command line: what it says, and what it ends with.</summary>
public sealed class CommandJourneys : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatstomp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Database:Provider=oracle", "Database:Provider", "mysql")]
    [InlineData("Database:Provider=mysql", "Database:ConnectionString", "Server=")]
    [InlineData("Database:ConnectionString=Data Sauce=chat.db", "Database:ConnectionString", "Data Source=")]
    [InlineData("Database:ConnectionString=Data Source=chat.db;Pooling=perhaps", "Database:ConnectionString", "Data Source=")]
    [InlineData("RabbitMq:Uri=http://x", "RabbitMq:Uri", "amqp")]
    [InlineData("Limits:MessagesPerWindow=many", "Limits:MessagesPerWindow", "20")]
    [InlineData("Limits:Window=00:00:00", "Limits:Window", "00:00:10")]
    [InlineData("Limits:FrameBytes=-1", "Limits:FrameBytes", "65536")]
    [InlineData("Stomp:Paths:0=ws", "Stomp:Paths", "/ws")]
    [InlineData("Stomp:Aliases:0:Profile=spring", "Stomp:Aliases:0:Profile", "spring-topic-app")]
    [InlineData("Stomp:HeartbeatSend=00:00:00.5", "Stomp:Heartbeat", "00:00:10")]
    [InlineData("SockJs:HeartbeatInterval=1.00:00:00", "SockJs:HeartbeatInterval", "00:00:25")]
    [InlineData("SockJs:ClientUrl=http://cdn.example.com/sockjs.js", "SockJs:ClientUrl", "https://")]
    [InlineData("SockJs:ClientUrl=//cdn.example.com/sockjs.js", "SockJs:ClientUrl", "/sockjs/sockjs.min.js")]
    [InlineData("Gateway:NodeId=a b", "Gateway:NodeId", "chat-1")]
    [InlineData("Gateway:AllowedOrigins:0=https://a.example/path", "Gateway:AllowedOrigins", "https://chat.example.com")]
    [InlineData("Gateway:TrustedProxies:0=everybody", "Gateway:TrustedProxies", "10.0.0.0/8")]
    [InlineData("Gateway:Urls=localhost", "Gateway:Urls", "http://127.0.0.1:8080")]
    [InlineData("Gateway:Urls=http://127.0.0.1:99999", "Gateway:Urls", "http://127.0.0.1:8080")]
    [InlineData("Gateway:Urls=http://localhost:0", "Gateway:Urls", "http://127.0.0.1:8080")]
    [InlineData("Gateway:Urls=http://", "Gateway:Urls", "http://127.0.0.1:8080")]
    [InlineData("Gateway:Urls=http://192.0.2.1:0", "Gateway:Urls", "Stomp:Tcp")]
    [InlineData("Auth:SymmetricKey=short", "Auth:SymmetricKey", "32")]
    [InlineData("Auth:PublicKeyPem=x", "Auth:PublicKeyPem", "BEGIN PUBLIC KEY")]
    [InlineData("Auth:Authority=http://auth.example.com", "Auth:Authority", "https://auth.example.com")]
    [InlineData("Auth:ConnectTimeout=0", "Auth:ConnectTimeout", "00:00:10")]
    public async Task A_wrong_setting_stops_the_start_with_its_name_and_an_example(string setting, string name, string example)
    {
        var ended = await RunAsync("Development", $"--{setting}");

        ended.Code.Should().Be(78);
        ended.Errors.Should().Contain(name).And.Contain(example).And.NotContain("   at ");
    }

    [Theory]
    [InlineData("/echo", "true", 78)]
    [InlineData("/Close", "true", 78)]
    [InlineData("/cookie_needed_echo/ws", "true", 78)]
    [InlineData("/echoes", "true", 0)]
    [InlineData("/echo", "false", 0)]
    public async Task A_STOMP_path_where_a_test_service_is_stops_the_start_with_both_settings(string path, string testServices, int code)
    {
        var ended = await RunAsync("Development", "migrate", $"--Stomp:Paths:0={path}", $"--SockJs:TestServices={testServices}");

        ended.Code.Should().Be(code);
        if (code != 0) ended.Errors.Should().Contain("Stomp:Paths").And.Contain(path).And.Contain("SockJs:TestServices").And.NotContain("   at ");
    }

    [Fact]
    public async Task Without_Auth_it_starts_in_Development_only()
    {
        var ended = await RunAsync("Production");

        ended.Code.Should().Be(78);
        ended.Errors.Should().Contain("Auth:Authority").And.Contain("Auth:SymmetricKey");
    }

    [Fact]
    public async Task A_secret_in_a_wrong_setting_is_not_repeated()
    {
        var ended = await RunAsync("Development", "--Database:Provider=mysql", "--Database:ConnectionString=Server=x;Password=hunter2;nonsense");

        ended.Code.Should().Be(78);
        (ended.Errors + ended.Output).Should().NotContain("hunter2");
    }

    [Fact]
    public async Task Migrate_check_and_token_do_their_work_and_end()
    {
        (await RunAsync("Development", "migrate")).Should().Match<Ended>(e => e.Code == 0 && e.Output.Contains("up to date"));
        (await RunAsync("Development", "check")).Should().Match<Ended>(e => e.Code == 0 && e.Output.Contains("database: ok"));
        (await RunAsync("Development", "token", "--sub", "alice", "--role", "admin")).Output.Split('.').Should().HaveCount(3);
        (await RunAsync("Production", "token", "--sub", "alice", $"--Auth:SymmetricKey={GatewayProcess.SharedKey}")).Code.Should().Be(78);
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task Check_connects_to_the_broker_and_to_the_Auth_Server()
    {
        await using var authServer = await ScriptedAuthServer.StartAsync();
        string[] settings = [$"--RabbitMq:Uri={(await TestServers.RabbitMq).Uri}", $"--Auth:Authority={authServer.Url}"];
        await RunAsync("Production", ["migrate", .. settings]);

        (await RunAsync("Production", ["check", .. settings])).Should().Match<Ended>(e => e.Code == 0 && e.Output.Contains("rabbitmq: ok") && e.Output.Contains("auth: ok"));

        authServer.IsAway = true;
        var away = await RunAsync("Production", "check", $"--RabbitMq:Uri=amqp://127.0.0.1:{FreePort.Next()}", settings[1]);
        away.Should().Match<Ended>(e => e.Code == 69 && e.Output.Contains("rabbitmq: There is no connection") && e.Output.Contains("does not answer with keys"));
    }

    [Theory]
    [InlineData("backup", "--to", "/tmp")]
    [InlineData("migrat")]
    [InlineData("serve", "--Database:Provider", "sqlite", "now")]
    public async Task What_is_no_command_starts_nothing(params string[] words)
    {
        var ended = await RunAsync("Development", words);

        ended.Code.Should().Be(64);
        ended.Errors.Should().Contain("is no command").And.Contain("--help");
    }

    [Fact]
    public async Task A_database_that_is_not_there_ends_the_start_with_a_sentence()
    {
        var connectionString = $"--Database:ConnectionString=Server=127.0.0.1;Port={FreePort.Next()};User ID=chat;Password=hunter2;Connection Timeout=2";

        var served = await RunAsync("Development", "serve", "--Database:Provider=mysql", connectionString);
        var check = await RunAsync("Development", "check", "--Database:Provider=mysql", connectionString);

        served.Code.Should().Be(69);
        served.Errors.Should().Contain("database").And.NotContain("   at ").And.NotContain("hunter2");
        check.Should().Match<Ended>(e => e.Code == 69 && e.Output.Contains("database: "));
    }

    private async Task<Ended> RunAsync(string environment, params string[] arguments)
    {
        var command = new ProcessStartInfo("dotnet", [GatewayProcess.ProgramPath, .. arguments]) { WorkingDirectory = _folder };
        command.Environment["DOTNET_ENVIRONMENT"] = environment;
        command.Environment["Stomp__Tcp__Port"] = "0";
        var folder = Caretaker.NewFolder("command");
        using var process = Caretaker.Start(folder, command);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            return new Ended(process.ExitCode, await output, await errors);
        }
        finally
        {
            await Caretaker.KillAsync(folder, process);
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Ended(int Code, string Output, string Errors);
}
