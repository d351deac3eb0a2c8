using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Stomp.Gateway.Security;

/// <summary>
/// What the Auth Server publishes about its keys, kept and asked for again. The library's own <c>ConfigurationManager</c> is not used: it fetches in the
/// background, so that the first token of a new key is refused (AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet#3193).
/// </summary>
/// <param name="address">Of the discovery document or the key set.</param>
/// <param name="retriever">Reads what is there.</param>
internal sealed class PublishedKeys(string address, IConfigurationRetriever<OpenIdConnectConfiguration> retriever, TimeProvider time) : IDisposable
{
    /// <summary>A key that the Auth Server took back is trusted no longer than this; half a day, as the library has it.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(12);

    /// <summary>Forged tokens of unknown keys cannot make us ask more often than this.</summary>
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(30);

    private readonly HttpDocumentRetriever _documents = new() { RequireHttps = address.StartsWith("https://", StringComparison.Ordinal) };

    /// <summary>Owned by whoever asks the Auth Server.</summary>
    private readonly SemaphoreSlim _gate = new(1, 1);

    private volatile OpenIdConnectConfiguration? _current;
    private long _fetchedAt;
    private long? _refreshedAt;

    /// <summary>What was published when it was last asked for. While the Auth Server does not answer, what it said before goes on to hold.</summary>
    /// <exception cref="InvalidOperationException">It does not answer, and never has.</exception>
    public async ValueTask<OpenIdConnectConfiguration> GetAsync(CancellationToken cancellationToken)
    {
        var current = _current;
        if (current is not null && time.GetElapsedTime(Volatile.Read(ref _fetchedAt)) < MaxAge) return current;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            // Whoever waited finds what the one before has fetched.
            if (_current is { } fetched && fetched != current) return fetched;
            return await FetchAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException && current is not null)
        {
            Volatile.Write(ref _fetchedAt, time.GetTimestamp());
            return current;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Asks anew, for a token whose key is not known, unless that was done a moment ago.</summary>
    /// <returns>Whether something else may be known now.</returns>
    public async ValueTask<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        var before = _current;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_current != before) return true;
            if (_refreshedAt is { } last && time.GetElapsedTime(last) < MinInterval) return false;
            _refreshedAt = time.GetTimestamp();
            await FetchAsync(cancellationToken);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<OpenIdConnectConfiguration> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            _current = await retriever.GetConfigurationAsync(address, _documents, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{address} does not answer with keys.", e);
        }
        Volatile.Write(ref _fetchedAt, time.GetTimestamp());
        return _current;
    }
}
