using System.Collections.Concurrent;
using Chat.Domain.Drafts;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Chat.Domain.Search;
using Chat.Domain.Sessions;
using Chat.Domain.Users;
using Chat.Domain.Webhooks;
using Chat.Infrastructure.Sql;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Stomp.Gateway.Wire;

namespace Chat.Tests.Conformance;

/// <summary>One gateway's storage, put together as the gateway does it, with a bus that keeps what it is given.</summary>
internal sealed class StoreNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private StoreNode(ServiceProvider services) => _services = services;

    public IMessageStore Messages => _services.GetRequiredService<IMessageStore>();

    public IMessageChanges Changes => _services.GetRequiredService<IMessageChanges>();

    public IMessageLookup Lookup => _services.GetRequiredService<IMessageLookup>();

    public IRoomStore Rooms => _services.GetRequiredService<IRoomStore>();

    public IRoomSettingsStore Settings => _services.GetRequiredService<IRoomSettingsStore>();

    public IMemberStore Members => _services.GetRequiredService<IMemberStore>();

    public IEntryStore Entries => _services.GetRequiredService<IEntryStore>();

    public IWebhookStore Webhooks => _services.GetRequiredService<IWebhookStore>();

    public IArrangementStore Arrangements => _services.GetRequiredService<IArrangementStore>();

    public IBlockStore Blocks => _services.GetRequiredService<IBlockStore>();

    public IScheduledMessageStore Scheduled => _services.GetRequiredService<IScheduledMessageStore>();

    public MessageSchedule Schedule => _services.GetRequiredService<MessageSchedule>();

    public PostScheduledMessage PostScheduledMessage => _services.GetRequiredService<PostScheduledMessage>();

    public IDraftStore Drafts => _services.GetRequiredService<IDraftStore>();

    public IMessageIndex Index => _services.GetRequiredService<IMessageIndex>();

    public SearchMessages Search => new(Index, _services.GetRequiredService<IVisibleMessages>());

    public IUserStore Users => _services.GetRequiredService<IUserStore>();

    public IRevocationStore Revocations => _services.GetRequiredService<IRevocationStore>();

    public IThreadStore Threads => _services.GetRequiredService<IThreadStore>();

    public IMentionStore Mentions => _services.GetRequiredService<IMentionStore>();

    public IMemberDirectory Directory => _services.GetRequiredService<IMemberDirectory>();

    /// <summary>The use case that posts, on this storage.</summary>
    public PostMessage PostMessage => _services.GetRequiredService<PostMessage>();

    /// <summary>The one that edits.</summary>
    public EditMessage EditMessage => new(Changes, new Mentions(Directory, Blocks), TimeProvider.System);

    public RecordingBus Bus { get; } = new();

    /// <summary>The node's, as the outbox has it.</summary>
    public string Id => _services.GetRequiredService<NodeId>().Value;

    /// <param name="provider">As <c>Database:Provider</c> has it.</param>
    /// <param name="connectionString">Of a database that may be empty.</param>
    /// <param name="time">Its clock, where that is not the machine's.</param>
    public static async Task<StoreNode> StartAsync(string provider, string connectionString, TimeProvider? time = null)
    {
        var node = Create(provider, connectionString, time);
        await node.MigrateAsync();
        return node;
    }

    /// <summary>A node on a database that is taken as it is.</summary>
    public static StoreNode Create(string provider, string connectionString, TimeProvider? time = null)
    {
        var settings = new Dictionary<string, string?> { ["Database:Provider"] = provider, ["Database:ConnectionString"] = connectionString };
        var bus = new RecordingBus();
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton(new NodeId($"test-{Guid.NewGuid():N}"))
            .AddSingleton<IEventBus>(bus)
            .AddSingleton<IEventEncoder, JsonEventEncoder>()
            .AddSingleton<PostMessage>()
            .AddSingleton<PostingDetails>()
            .AddSingleton<Mentions>()
            .AddSingleton<MessageSchedule>()
            .AddSingleton<PostScheduledMessage>()
            .AddSql(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
        return new StoreNode(services, bus);
    }

    private StoreNode(ServiceProvider services, RecordingBus bus)
        : this(services) => Bus = bus;

    public Task MigrateAsync() => _services.MigrateAsync(CancellationToken.None);

    /// <summary>Begins to announce what is committed. A node on which this is never called is one that dies after its commits.</summary>
    public async Task StartRelayAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
    }

    public async Task StopRelayAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>()) await service.StopAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Asks the database itself.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? facts = null)
    {
        var database = _services.GetRequiredService<SqlDatabase>();
        return await database.ReadAsync(async connection => (await connection.QueryAsync<T>(sql, facts)).ToList(), CancellationToken.None);
    }

    public Task ExecuteAsync(string sql, object? facts = null) => ExecuteAsync(_services.GetRequiredService<SqlDatabase>(), sql, facts);

    /// <summary>The same where the search index is.</summary>
    public Task ExecuteOnIndexAsync(string sql) => ExecuteAsync(_services.GetRequiredService<SqlDatabase>().Search, sql, facts: null);

    private static Task<int> ExecuteAsync(SqlDatabase database, string sql, object? facts) =>
        database.WriteAsync(transaction => transaction.Connection!.ExecuteAsync(sql, facts, transaction), CancellationToken.None);

    /// <summary>Whether the index knows all that was committed.</summary>
    public async Task<bool> IsIndexedAsync()
    {
        var heads = await QueryAsync<(string RoomId, long Seq)>("select id, head_seq from rooms");
        var indexed = (await Index.ListAsync([.. heads.Select(head => RoomId.Parse(head.RoomId))], CancellationToken.None)).ToDictionary(room => room.RoomId.Value, room => room.Seq);
        return heads.All(head => indexed.GetValueOrDefault(head.RoomId) == head.Seq);
    }

    public async Task<Room> CreateRoomAsync(params UserId[] members) => await CreateRoomAsync(new RoomSettings { Name = "a room" }, members);

    public async Task<Room> CreateRoomAsync(RoomSettings settings, params UserId[] members) => await Rooms.CreateAsync(
        new NewRoom(Sample.NewRoom(), RoomKind.Group, settings, [.. members.Select((user, i) => (user, i == 0 ? MemberRole.Owner : MemberRole.Member))]),
        CancellationToken.None);

    public Task<Outcome<PostedMessage>> PostAsync(RoomId room, UserId sender, string text = "hello", string? clientId = null, Refusal? refusal = null) =>
        Messages.AppendAsync(
            new MessageDraft(
                MessageId.New(TimeProvider.System.GetUtcNow()), room, new UserProfile(sender, sender.Value, AvatarUrl: null), MessageType.Text, text, clientId,
                facts => refusal ?? (facts.Membership is { IsCurrent: true } ? null : Refusal.NotMember)),
            CancellationToken.None);

    /// <summary>Keeps a message for any time, also one that has passed.</summary>
    public async Task<ScheduledMessage> ScheduleAsync(RoomId room, UserId sender, DateTimeOffset dueAt, NewMessage? message = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var scheduled = new ScheduledMessage
        {
            Id = ScheduledMessageId.New(now),
            RoomId = room,
            Sender = new UserProfile(sender, sender.Value, AvatarUrl: null),
            Message = message ?? new NewMessage { Text = "at its time" },
            DueAt = dueAt,
            CreatedAt = now,
        };
        return (await Scheduled.AddAsync(scheduled, ScheduledMessage.Most, CancellationToken.None)).Value.Message;
    }

    /// <summary>Makes a message that is there one that destroys itself, with the rows that such a one has from its making.</summary>
    public async Task<Message> MakeTempAsync(Message message, DateTimeOffset? expiresAt = null, TimeSpan? burnAfterRead = null)
    {
        var database = _services.GetRequiredService<SqlDatabase>();
        var temp = message with { Type = MessageType.Temp, ExpiresAt = expiresAt, BurnAfterRead = burnAfterRead };
        await ExecuteAsync(
            $"update messages set type = 'temp', expires_at = @At, burn_seconds = @Burn where id = @Id; {ExpiryRows.InsertOf(database.Dialect)}",
            new { At = Columns.Of(expiresAt), Burn = (long?)burnAfterRead?.TotalSeconds, Id = message.Id.ToString(), expiries = ExpiryRows.Of([temp]) });
        return temp;
    }

    public async Task AddInviteAsync(Invite invite) => (await Entries.AddInviteAsync(invite, static (_, _) => null, CancellationToken.None)).Should().BeNull();

    public async Task<Outcome<Membership>> JoinAsync(RoomId room, UserId user, string? code = null)
    {
        var joined = await Rooms.JoinAsync(room, user, code, Admit, CancellationToken.None);
        return joined.TryGet(out var joining, out var refusal) ? joining.Listing!.Membership : refusal;

        Outcome<JoinWay> Admit(JoinFacts facts) =>
            code is null || facts.Invite?.Opens(room, TimeProvider.System.GetUtcNow()) is true ? JoinWay.Enter : Refusal.NotFound("no");
    }

    /// <summary>Posts as a user does.</summary>
    public Task<Outcome<PostedMessage>> PostAsync(RoomId room, UserId sender, NewMessage message) =>
        PostMessage.ExecuteAsync(new Caller(sender, sender.Value, AvatarUrl: null, Roles: []), room, message, CancellationToken.None);

    public async Task<Outcome<Membership>> LeaveAsync(RoomId room, UserId user) => await Rooms.LeaveAsync(room, user, _ => null, CancellationToken.None);

    public async Task<RoomListing> ListingAsync(RoomId room, UserId user) => (await Rooms.FindListingAsync(room, user, CancellationToken.None))!;

    /// <summary>Reads events as a replay does, and calls between its reads.</summary>
    /// <param name="room">Whose.</param>
    /// <param name="after">Those behind this number.</param>
    /// <param name="beforeRead">Called before each statement with how many came before it.</param>
    public async Task<IReadOnlyList<RoomEvent>> EventsAsync(RoomId room, long after, Func<int, Task> beforeRead)
    {
        var database = _services.GetRequiredService<SqlDatabase>();
        return await database.ReadAsync(
            connection => RoomEventReader.ReadAsync(new SteppedConnection(connection, beforeRead), database.Dialect, room, after, long.MaxValue, 1000), CancellationToken.None);
    }

    public async Task<IReadOnlyList<RoomEvent>> EventsAsync(RoomId room, long after = 0, int limit = 1000) =>
        await Messages.ReadEventsAsync(room, after, limit, CancellationToken.None);
}

/// <summary>A bus that goes nowhere, and can be away.</summary>
internal sealed class RecordingBus : IEventBus
{
    private readonly ConcurrentQueue<PublishedEvent> _published = [];

    private readonly ConcurrentQueue<Signal> _signals = [];

    private volatile bool _isAway;
    private int _refusals;

    /// <summary>How often it was asked while it was away.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    public bool IsAway
    {
        get => _isAway;
        set => _isAway = value;
    }

    public IReadOnlyList<PublishedEvent> Published => [.. _published];

    public IReadOnlyList<Signal> Signals => [.. _signals];

    /// <summary>Who was told what in person.</summary>
    public IReadOnlyList<(string User, string Event)> Notices => [.. Signals.OfType<NoticeSignal>().Select(signal => (signal.UserId.Value, signal.Notice.Event))];

    /// <summary>Told of every event that is announced, in the announcer's thread.</summary>
    public Action<PublishedEvent> WhenPublished { get; set; } = _ => { };

    /// <summary>To be said before the node does anything.</summary>
    public bool IsShared { get; set; } = true;

    public Task StartAsync(IEventReceiver receiver, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task PublishAsync(IReadOnlyList<PublishedEvent> events, CancellationToken cancellationToken)
    {
        if (IsAway)
        {
            Interlocked.Increment(ref _refusals);
            throw new BusUnavailableException("The test took the bus away.");
        }
        foreach (var published in events)
        {
            _published.Enqueue(published);
            WhenPublished(published);
        }
        return Task.CompletedTask;
    }

    public void Signal(Signal signal) => _signals.Enqueue(signal);

    public ValueTask ListenAsync(RoomId room, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask StopListeningAsync(RoomId room, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask ListenAsync(UserId user, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask StopListeningAsync(UserId user, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask ListenToSignalsAsync(RoomId room, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask StopListeningToSignalsAsync(RoomId room, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
