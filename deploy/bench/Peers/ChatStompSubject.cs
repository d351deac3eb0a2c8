using System.Collections.Concurrent;
using System.Data.Common;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Chat.Tests.Support.Servers;
using ChatStomp.Bench.Load;
using Microsoft.Data.Sqlite;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using MySqlConnector;
using Npgsql;

namespace ChatStomp.Bench.Peers;

/// <summary>This product, as shipped, but for its limits on how often one address and one user may ask: the whole crowd has one address here.</summary>
internal sealed class ChatStompSubject : Subject
{
    /// <summary>So many members fit into the body that makes a room, which has a limit; others join.</summary>
    private const int MostInBody = 1_000;

    // One for the whole run, so that a user's token is signed once.
    private static readonly RSA Key = RSA.Create(2048);
    private static readonly SigningCredentials Credentials = new(new RsaSecurityKey(Key), SecurityAlgorithms.RsaSha256);
    private static readonly ConcurrentDictionary<string, Account> Accounts = [];

    private readonly List<GatewayServer> _nodes = [];
    private readonly List<ServerProcess> _helpers = [];
    private readonly string _name;
    private Dictionary<string, string> _settings = [];

    private ChatStompSubject(string name, Dialect dialect) => (_name, Dialect) = (name, dialect);

    public override string Name => _name;

    public override Dialect Dialect { get; }

    public override IReadOnlyList<int> Ports => [.. _nodes.Select(n => n.Port)];

    public override IReadOnlyList<int> Processes => [.. _nodes.Select(n => n.ProcessId)];

    public override IReadOnlyList<int> Databases => [.. _helpers.Where(h => h is not RabbitMqServer).Select(h => h.ProcessId)];

    public override IReadOnlyList<int> Brokers => [.. _helpers.OfType<RabbitMqServer>().Select(h => h.ProcessId)];

    public override bool IsDurable => true;

    public override bool CanResume => true;

    /// <summary>The database of one that has SQLite.</summary>
    public string SqliteFile => _nodes[0].SqliteFile;

    /// <summary>Where the search index of one that has SQLite is.</summary>
    public string SqliteSearchFile => Path.ChangeExtension(SqliteFile, null) + "-search.db";

    /// <summary>A connection to its database.</summary>
    public DbConnection Connect() => _settings.GetValueOrDefault("Database:Provider") switch
    {
        "mysql" => new MySqlConnection(_settings["Database:ConnectionString"]),
        "postgres" => new NpgsqlConnection(_settings["Database:ConnectionString"]),
        _ => new SqliteConnection($"Data Source={SqliteFile}"),
    };

    public static Task<Subject> StartAsync() => StartAsync(SubjectNames.ChatStomp, new ChatStompDialect(), (_, _) => Task.CompletedTask);

    public static Task<Subject> StartWithSockJsAsync() => StartAsync(SubjectNames.SockJs, new SockJsDialect(), (_, _) => Task.CompletedTask);

    public static Task<Subject> StartWithTlsAsync() => StartAsync(SubjectNames.Tls, new SecureDialect(), (_, _) => Task.CompletedTask);

    public static Task<Subject> StartOnMariaDbAsync() => StartAsync(SubjectNames.MariaDb, new ChatStompDialect(), UseMariaDbAsync);

    public static Task<Subject> StartOnPostgresAsync() => StartAsync(SubjectNames.Postgres, new ChatStompDialect(), async (subject, settings) =>
    {
        var postgres = await PostgresServer.StartAsync();
        subject._helpers.Add(postgres);
        settings["Database:Provider"] = "postgres";
        settings["Database:ConnectionString"] = await postgres.CreateDatabaseAsync("bench");
    });

    /// <summary>Two nodes.</summary>
    public static Task<Subject> StartTwoNodesAsync() => StartAsync(
        SubjectNames.TwoNodes,
        new ChatStompDialect(),
        async (subject, settings) =>
        {
            await UseMariaDbAsync(subject, settings);
            var broker = await RabbitMqServer.StartAsync();
            subject._helpers.Add(broker);
            settings["RabbitMq:Uri"] = $"{broker.Uri}";
        },
        nodes: 2);

    public override Account AccountOf(string user) => Accounts.GetOrAdd(user, static id =>
    {
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = id, ["name"] = id },
            Expires = DateTime.UtcNow.AddHours(12),
            SigningCredentials = Credentials,
        });
        return new Account(id, token);
    });

    public override async Task<IReadOnlyList<Room>> MakeRoomsAsync(IReadOnlyList<IReadOnlyList<string>> members)
    {
        var rooms = new List<Room>();
        foreach (var some in members)
        {
            var made = await AskAsync(HttpMethod.Post, "/rooms", some[0], new { name = $"room {rooms.Count}", visibility = "public", maxMembers = 100_000, memberIds = some.Take(MostInBody) });
            var id = made.GetProperty("id").GetString()!;
            await Parallel.ForEachAsync(some.Skip(MostInBody), async (user, _) => await AskAsync(HttpMethod.Post, $"/rooms/{id}/join", user, new { }));
            rooms.Add(new Room(rooms.Count, id));
        }
        return rooms;
    }

    /// <summary>Calls the REST API as a user.</summary>
    public async Task<JsonElement> AskAsync(HttpMethod method, string path, string user, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/api/v1{path}", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccountOf(user).Token);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await _nodes[0].Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException($"{method} {path} was answered {(int)answer.StatusCode}: {text}");
    }

    /// <summary>Stops it, lets something happen to its data, and starts it again.</summary>
    public async Task RestartAsync(Func<Task> meanwhile)
    {
        foreach (var node in _nodes) await node.KillAsync();
        await meanwhile();
        foreach (var node in _nodes) await node.StartAgainAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        foreach (var helper in _helpers) await helper.DisposeAsync();
    }

    private static async Task UseMariaDbAsync(ChatStompSubject subject, Dictionary<string, string> settings)
    {
        var database = await MariaDbServer.StartAsync();
        subject._helpers.Add(database);
        settings["Database:Provider"] = "mysql";
        settings["Database:ConnectionString"] = await database.CreateDatabaseAsync("bench");
    }

    private static async Task<Subject> StartAsync(string name, Dialect dialect, Func<ChatStompSubject, Dictionary<string, string>, Task> prepare, int nodes = 1)
    {
        var subject = new ChatStompSubject(name, dialect);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Auth:PublicKeyPem"] = Key.ExportSubjectPublicKeyInfoPem(),
            ["Limits:ConnectsPerMinute"] = "0",
            ["Limits:MessagesPerWindow"] = "0",
            ["Limits:RoomMessagesPerWindow"] = "0",
            ["Logging:LogLevel:Default"] = "Warning",
        };
        try
        {
            await prepare(subject, settings);
            subject._settings = settings;
            for (var i = 0; i < nodes; i++) subject._nodes.Add(await GatewayServer.StartAsync(settings, dialect.IsSecure));
            return subject;
        }
        catch
        {
            await subject.DisposeAsync();
            throw;
        }
    }
}
