using Chat.Domain.Sessions;

namespace Stomp.Gateway.Connections;

/// <summary>Sees to it that what is revoked, on whatever node, counts here: each second, and at once when another node says so.</summary>
internal sealed partial class RevocationWatch(Revocations revocations, SessionRegistry registry, ILogger<RevocationWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private bool _isBlind;

    /// <summary>Before anybody connects, what was revoked is known.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await revocations.WaitAsync(Every, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested) await LookAsync(stoppingToken);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (isNew, failure) = await revocations.RefreshAsync(cancellationToken);
            if (failure is not null && !_isBlind) Log.Blind(logger, failure);
            _isBlind = failure is not null;
            if (isNew) EndThoseConcerned();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, e);
        }
    }

    private void EndThoseConcerned()
    {
        foreach (var connection in registry.All())
        {
            var token = connection.Token;
            // An account has no token: whoever takes it back takes it out of the settings.
            if (!token.IsOfAccount && revocations.IsRevoked(token.Caller.Id, token.TokenId, token.IssuedAt)) connection.Revoke();
            else if (revocations.IsEnded(connection.SessionId)) connection.EndByUser();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2050, LogLevel.Warning, "What is newly revoked cannot be read now; what is known goes on to count")]
        public static partial void Blind(ILogger logger, Exception exception);

        [LoggerMessage(2051, LogLevel.Error, "Looking what is revoked failed; trying again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
