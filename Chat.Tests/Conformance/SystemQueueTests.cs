using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Infrastructure.RabbitMq;
using Chat.Tests.Support.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;

namespace Chat.Tests.Conformance;

/// <summary>SYSTEM messages that services put into RabbitMQ.</summary>
public sealed class SystemQueueTests : IAsyncLifetime
{
    private readonly ScriptedStore _store = new();
    private RabbitMqServer _server = null!;
    private IConnection _amqp = null!;
    private IChannel _channel = null!;

    public async Task InitializeAsync()
    {
        if (Needs.ReasonToSkip([Server.RabbitMq]) is not null) return;
        // One of its own: every gateway on a broker takes from the one queue of this name.
        _server = await RabbitMqServer.StartAsync();
        _amqp = await new ConnectionFactory { Uri = _server.Uri }.CreateConnectionAsync();
        _channel = await _amqp.CreateChannelAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is null) return;
        await _amqp.DisposeAsync();
        await _server.DisposeAsync();
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task Messages_are_taken_as_plain_JSON_and_in_MassTransits_envelope_and_wait_while_the_database_is_away()
    {
        await using var taking = await StartAsync();
        _store.IsAway = true;

        await SendAsync("""{"idempotencyKey":"k-1","roomId":"r","text":"one","data":{ "a": "차" }}""", new BasicProperties());
        await SendAsync("""{"idempotencyKey":"k-2","roomId":"r","text":"two"}""", new BasicProperties { ContentType = "application/json" });
        await SendAsync(
            """{"messageId":"x","messageType":["urn:message:Shop:PublishSystemMessage"],"message":{"idempotencyKey":"k-3","roomId":"r","text":"three","data":null},"headers":{}}""",
            new BasicProperties { ContentType = "application/vnd.masstransit+json" });
        await _channel.BasicPublishAsync("ChatStomp.Contracts:PublishSystemMessage", "", """{"idempotencyKey":"k-4","roomId":"r","text":"four"}"""u8.ToArray());
        await _store.Refused.Task.WaitAsync(Patience);
        _store.Stored.Should().BeEmpty();
        _store.IsAway = false;

        await _store.WaitForAsync(4).WaitAsync(Patience);
        _store.Stored.Select(draft => (draft.ClientMessageId, draft.Text)).Should().BeEquivalentTo([("k-1", "one"), ("k-2", "two"), ("k-3", "three"), ("k-4", "four")]);
        _store.Stored.Should().OnlyContain(draft => draft.Type == MessageType.System && draft.Sender == PostSystemMessage.System);
        _store.Stored.Single(draft => draft.ClientMessageId == "k-1").Data.Should().Be("""{"a":"차"}""");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task What_cannot_be_taken_lies_in_the_error_queue_as_it_came_with_the_reason()
    {
        await using var taking = await StartAsync();
        string[] bad = ["no JSON", "[]", """{"idempotencyKey":"k","roomId":"nowhere","text":"x"}""", """{"roomId":"r","text":"x"}""", """{"messageType":["urn:message:Shop:Other"],"message":{}}"""];

        foreach (var body in bad) await SendAsync(body, new BasicProperties { ContentType = "text/x", MessageId = "m", Headers = new Dictionary<string, object?> { ["trace"] = "t" } });

        string[] codes = ["invalid", "invalid", "not_found", "invalid", "invalid"];
        for (var i = 0; i < bad.Length; i++)
        {
            var parked = await GetAsync(SystemQueueTopology.ErrorQueue);
            Encoding.UTF8.GetString(parked.Body.Span).Should().Be(bad[i]);
            (parked.BasicProperties.ContentType, parked.BasicProperties.MessageId).Should().Be(("text/x", "m"));
            (Header(parked, "code"), Header(parked, "trace")).Should().Be((codes[i], "t"));
            Header(parked, "reason").Should().NotBeEmpty();
        }
        _store.Stored.Should().BeEmpty();
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task What_the_broker_would_drop_lies_in_the_error_queue()
    {
        await LeaveOneBehindAsync();
        var returned = await EventuallyAsync(() => _channel.BasicGetAsync(SystemQueueTopology.Queue, autoAck: false), got => got is not null);

        // As a newer broker does with what has come back too often.
        await _channel.BasicRejectAsync(returned!.DeliveryTag, requeue: false);

        Encoding.UTF8.GetString((await GetAsync(SystemQueueTopology.ErrorQueue)).Body.Span).Should().Contain("k-1");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_message_that_a_gateway_had_not_stored_when_it_went_is_taken_by_the_next()
    {
        await LeaveOneBehindAsync();
        _store.IsAway = false;

        await using var next = await StartAsync();

        await _store.WaitForAsync(1).WaitAsync(Patience);
        _store.Stored.Should().ContainSingle(draft => draft.ClientMessageId == "k-1");
    }

    /// <summary>A gateway goes that could not store the message <c>k-1</c>.</summary>
    private async Task LeaveOneBehindAsync()
    {
        _store.IsAway = true;
        await using (await StartAsync())
        {
            await SendAsync("""{"idempotencyKey":"k-1","roomId":"r","text":"one"}""", new BasicProperties());
            await _store.Refused.Task.WaitAsync(Patience);
        }
    }

    /// <summary>A gateway's end of the queue; it has declared everything when this returns.</summary>
    private async Task<Taking> StartAsync()
    {
        var settings = new Dictionary<string, string?> { ["RabbitMq:Uri"] = _server.Uri.OriginalString };
        var services = new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new NodeId($"test-{Guid.NewGuid():N}"))
            .AddSingleton<IMessageStore>(_store)
            .AddSingleton<PostSystemMessage>()
            .AddRabbitMq(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .BuildServiceProvider();
        var taking = new Taking(services);
        foreach (var service in services.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
        await EventuallyAsync(HasConsumerAsync);
        return taking;
    }

    private async Task<bool> HasConsumerAsync()
    {
        await using var asking = await _amqp.CreateChannelAsync();
        try
        {
            return await asking.ConsumerCountAsync(SystemQueueTopology.Queue) > 0;
        }
        catch (Exception e) when (e is RabbitMQ.Client.Exceptions.OperationInterruptedException or TimeoutException)
        {
            return false;
        }
    }

    private async Task SendAsync(string body, BasicProperties properties) =>
        await _channel.BasicPublishAsync("", SystemQueueTopology.Queue, mandatory: true, properties, Encoding.UTF8.GetBytes(body));

    private async Task<BasicGetResult> GetAsync(string queue) => (await EventuallyAsync(() => _channel.BasicGetAsync(queue, autoAck: true), got => got is not null))!;

    private static string Header(BasicGetResult message, string name) => Encoding.UTF8.GetString((byte[])message.BasicProperties.Headers![name]!);

    private sealed class Taking(ServiceProvider services) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var service in services.GetServices<IHostedService>()) await service.StopAsync(CancellationToken.None);
            await services.DisposeAsync();
        }
    }

    /// <summary>A store with one room, <c>r</c>, that can be away.</summary>
    private sealed class ScriptedStore : IMessageStore
    {
        private readonly ConcurrentQueue<MessageDraft> _stored = [];
        private readonly Channel<MessageDraft> _arrived = Channel.CreateUnbounded<MessageDraft>();
        private volatile bool _isAway;

        public bool IsAway
        {
            get => _isAway;
            set => _isAway = value;
        }

        /// <summary>Done when a message has met a store that is away.</summary>
        public TaskCompletionSource Refused { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<MessageDraft> Stored => [.. _stored];

        public async Task WaitForAsync(int count)
        {
            for (var i = 0; i < count; i++) await _arrived.Reader.ReadAsync();
        }

        public Task<Outcome<PostedMessage>> AppendAsync(MessageDraft draft, CancellationToken cancellationToken)
        {
            if (IsAway)
            {
                Refused.TrySetResult();
                return Task.FromException<Outcome<PostedMessage>>(new StoreUnavailableException("The test took the database away."));
            }
            if (draft.RoomId.Value != "r") return Task.FromResult<Outcome<PostedMessage>>(Refusal.NotMember);
            _stored.Enqueue(draft);
            _arrived.Writer.TryWrite(draft);
            var message = new Message
            {
                Id = draft.Id,
                RoomId = draft.RoomId,
                Seq = 1,
                Rev = 1,
                Ordinal = 1,
                Type = draft.Type,
                Sender = draft.Sender,
                Text = draft.Text,
                CreatedAt = DateTimeOffset.UnixEpoch,
            };
            return Task.FromResult<Outcome<PostedMessage>>(new PostedMessage(message, Repeated: false));
        }

        public ValueTask<IReadOnlyList<Message>> ReadAsync(RoomId room, MessageRange range, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<RoomEvent>> ReadEventsAsync(RoomId room, long after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<Outcome<ReadState>> MarkReadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<Outcome<ReadState>> MarkUnreadAsync(RoomId room, UserId user, long seq, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
