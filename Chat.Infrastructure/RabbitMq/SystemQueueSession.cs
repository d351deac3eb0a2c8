using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>
/// One connection that takes SYSTEM messages, from its opening to its first failure. A message is acknowledged when it is stored, or when it lies in
/// <c>chat.system_error</c> and the broker has confirmed that; whatever else happens, the broker delivers it again.
/// </summary>
internal sealed partial class SystemQueueSession : IAsyncDisposable
{
    /// <summary>Messages under way at once: they are committed together. What waits is bounded by it too, as the broker sends no more.</summary>
    private const ushort MostUnderWay = 128;

    /// <summary>
    /// How long a message waits for the database. Then the session ends, and the queue has its messages back, before the broker takes them away from a consumer that has
    /// not answered for half an hour (RabbitMQ, "Delivery Acknowledgement Timeout").
    /// </summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    private readonly Channel<Taken> _taken = Channel.CreateBounded<Taken>(new BoundedChannelOptions(MostUnderWay) { SingleReader = true });
    private readonly IConnection _connection;
    private readonly PostSystemMessage _post;
    private readonly ILogger _logger;
    private IChannel _channel = null!;

    private SystemQueueSession(IConnection connection, PostSystemMessage post, ILogger logger) => (_connection, _post, _logger) = (connection, post, logger);

    /// <summary>Connects and declares; nothing is consumed yet.</summary>
    public static async Task<SystemQueueSession> OpenAsync(IConnectionFactory factory, NodeId node, PostSystemMessage post, ILogger logger, CancellationToken cancellationToken)
    {
        var session = new SystemQueueSession(await factory.CreateConnectionAsync(ChatTopology.ConnectionName(node), cancellationToken), post, logger);
        try
        {
            var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, consumerDispatchConcurrency: 1);
            session._channel = await session._connection.CreateChannelAsync(options, cancellationToken);
            await SystemQueueTopology.DeclareAsync(session._connection, session._channel, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes messages until something fails or it is cancelled. They take their numbers in the order of the queue.</summary>
    /// <exception cref="StoreUnavailableException">The database is away for longer than a message waits.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, delivery) => TakeAsync(delivery, stopping);
        consumer.UnregisteredAsync += (_, _) => EndAsync("the broker has cancelled the consumer of chat.system");
        _channel.ChannelShutdownAsync += (_, reason) => EndAsync($"{reason.ReplyCode} {reason.ReplyText}");
        await _channel.BasicQosAsync(prefetchSize: 0, MostUnderWay, global: false, stopping);
        await _channel.BasicConsumeAsync(SystemQueueTopology.Queue, autoAck: false, consumer, stopping);
        await foreach (var taken in _taken.Reader.ReadAllAsync(stopping)) await SettleAsync(taken, stopping);
    }

    public async ValueTask DisposeAsync()
    {
        _taken.Writer.TryComplete();
        await _connection.CloseAsync(Constants.ReplySuccess, "closed by the gateway", BrokerSession.CloseLimit, abort: true);
        await _connection.DisposeAsync();
        // Theirs is a later session: what comes of them here is known by their idempotency keys.
        while (_taken.Reader.TryRead(out var left)) await ((Task)left.Posting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task TakeAsync(BasicDeliverEventArgs delivery, CancellationToken stopping)
    {
        // The client takes the body's memory back when this returns.
        var body = delivery.Body.ToArray();
        var message = SystemMessageReader.Read(body);
        await _taken.Writer.WriteAsync(new Taken(delivery.DeliveryTag, new BasicProperties(delivery.BasicProperties), body, message, Post(message)), stopping);
    }

    private Task<Outcome<PostedMessage>> Post(Outcome<SystemMessage> message) => message.TryGet(out var good, out var refusal)
        ? _post.ExecuteAsync(good, CancellationToken.None)
        : Task.FromResult<Outcome<PostedMessage>>(refusal);

    private async Task SettleAsync(Taken taken, CancellationToken stopping)
    {
        var backoff = new Backoff();
        var began = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if ((await (attempt == 1 ? taken.Posting : Post(taken.Message))).Refusal is { } refusal) await ParkAsync(taken, refusal, stopping);
                break;
            }
            catch (StoreUnavailableException failure) when (Stopwatch.GetElapsedTime(began) < LongestWait)
            {
                if (attempt == 1) LogWaiting(failure);
                await Task.Delay(backoff.Next(), stopping);
            }
        }
        await _channel.BasicAckAsync(taken.Tag, multiple: false, stopping);
    }

    /// <summary>Puts a message aside as it came, with the reason; done when the broker has it.</summary>
    private async Task ParkAsync(Taken taken, Refusal refusal, CancellationToken stopping)
    {
        var properties = taken.Properties;
        properties.DeliveryMode = DeliveryModes.Persistent;
        properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal), StringComparer.Ordinal)
        {
            ["code"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(refusal.Code.ToString()),
            ["reason"] = refusal.Detail,
        };
        await _channel.BasicPublishAsync("", SystemQueueTopology.ErrorQueue, mandatory: true, properties, taken.Body, stopping);
        LogParked(refusal.Code, refusal.Detail);
    }

    private Task EndAsync(string reason)
    {
        _taken.Writer.TryComplete(new IOException($"The connection to RabbitMQ is lost: {reason}"));
        return Task.CompletedTask;
    }

    [LoggerMessage(3021, LogLevel.Warning, "SYSTEM messages wait for the database")]
    private partial void LogWaiting(Exception failure);

    [LoggerMessage(3022, LogLevel.Warning, "A SYSTEM message could not be taken and lies in chat.system_error: {Code}, {Reason}")]
    private partial void LogParked(RefusalCode code, string reason);

    /// <summary>A message that is being stored.</summary>
    private sealed record Taken(ulong Tag, BasicProperties Properties, byte[] Body, Outcome<SystemMessage> Message, Task<Outcome<PostedMessage>> Posting);
}
