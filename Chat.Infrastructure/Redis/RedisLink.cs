using System.Net;
using Chat.Domain;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Chat.Infrastructure.Redis;

/// <summary>The one connection to Redis. It connects again by itself; what is asked meanwhile fails at once, and is told in one line when it begins and one when it ends.</summary>
/// <remarks>
/// The client library waits for an answer for ever, so each question has a bound of its own here. One that met it is followed by a pause in which nothing is asked:
/// a Redis that hangs costs a second now and then, and not one for each question.
/// </remarks>
internal sealed partial class RedisLink : IHealthCheck, IAsyncDisposable
{
    /// <summary>What all keys begin with.</summary>
    public const string Prefix = "chat:";

    /// <summary>How long an answer may take. Redis answers within milliseconds; who waits is a person that opens a room.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>For how long nothing is asked behind a failure.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConfigurationOptions _configuration;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private long _failedAt;
    private volatile bool _isAway;

    public RedisLink(IOptions<RedisOptions> options, TimeProvider time, ILogger<RedisLink> logger)
    {
        (_time, _logger) = (time, logger);
        _configuration = RedisOptions.Parse(options.Value.ConnectionString!);
        _configuration.AbortOnConnectFail = false;
        _configuration.ConnectTimeout = (int)Patience.TotalMilliseconds;
        _configuration.ReconnectRetryPolicy = new LinearRetry((int)Pause.TotalMilliseconds);
    }

    /// <summary>Asks Redis something.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be reached, does not answer in time, or cannot do it now.</exception>
    public async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (_isAway && _time.GetElapsedTime(Volatile.Read(ref _failedAt)) < Pause) throw Away(cause: null);
        try
        {
            var connection = await Connect().WaitAsync(Patience * 2, cancellationToken);
            var answer = await AskTwiceAsync(connection.GetDatabase(), ask, cancellationToken);
            if (_isAway) LogBack(Endpoints);
            _isAway = false;
            return answer;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            Volatile.Write(ref _failedAt, _time.GetTimestamp());
            if (!_isAway) LogAway(Endpoints, failure);
            _isAway = true;
            throw Away(failure);
        }
    }

    /// <summary>Runs a script.</summary>
    /// <inheritdoc cref="AskAsync"/>
    public Task<RedisResult> RunAsync(string script, RedisValue[] arguments, CancellationToken cancellationToken) =>
        AskAsync(redis => redis.ScriptEvaluateAsync(script, keys: null, arguments), cancellationToken);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await AskAsync(redis => redis.PingAsync(), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StoreUnavailableException away)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, away.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? connecting;
        lock (_gate) connecting = _connecting;
        if (connecting is { IsCompletedSuccessfully: true }) await (await connecting).CloseAsync(allowCommandsToComplete: false);
    }

    private string Endpoints => string.Join(", ", _configuration.EndPoints.Select(point => point is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : $"{point}"));

    private StoreUnavailableException Away(Exception? cause) => new($"Redis at {Endpoints} does not answer.", cause);

    /// <summary>A connection that could not be made at all is tried anew with the next question; one that was made repairs itself.</summary>
    private Task<ConnectionMultiplexer> Connect()
    {
        lock (_gate)
        {
            if (_connecting is null or { IsFaulted: true }) _connecting = ConnectionMultiplexer.ConnectAsync(_configuration);
            return _connecting;
        }
    }

    /// <summary>A Redis that was started anew has forgotten the scripts, and the library learns of it by the first refusal.</summary>
    private static async Task<T> AskTwiceAsync<T>(IDatabase redis, Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(redis).WaitAsync(Patience, cancellationToken);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await ask(redis).WaitAsync(Patience, cancellationToken);
        }
    }

    [LoggerMessage(3101, LogLevel.Warning, "Redis at {Endpoints} cannot be used; the gateway goes on without it and tries again until it can.")]
    private partial void LogAway(string endpoints, Exception failure);

    [LoggerMessage(3102, LogLevel.Information, "Redis at {Endpoints} answers again.")]
    private partial void LogBack(string endpoints);
}
