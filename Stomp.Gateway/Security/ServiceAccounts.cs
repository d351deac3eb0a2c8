using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Chat.Domain.Users;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>Back-end services that log in by <c>login</c> and <c>passcode</c>, as every STOMP client can. Only hashes of their passcodes are configured.</summary>
internal sealed class ServiceAccounts(AuthOptions options) : IDisposable
{
    /// <summary>A service account does not end.</summary>
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    private readonly FrozenDictionary<string, Account> _accounts = options.ServiceAccounts.ToFrozenDictionary(
        a => a.Login, a => new Account(PasscodeHash.Parse(a.PasscodeHash)!, TokenOf(a)), StringComparer.Ordinal);

    /// <summary>A hash is meant to be slow: one at a time, so that guessing takes one core at most.</summary>
    private readonly SemaphoreSlim _hashing = new(1, 1);

    /// <summary>
    /// Passcodes that were found good, as a keyed digest that only this process can make: a relay that opens a connection for each of its users does not
    /// pay for the slow hash each time.
    /// </summary>
    private readonly ConcurrentDictionary<string, byte[]> _known = new(StringComparer.Ordinal);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Who logs in so; null when the login or the passcode is wrong, which is not told apart.</summary>
    public async ValueTask<VerifiedToken?> LogInAsync(string login, string passcode, CancellationToken cancellationToken)
    {
        var digest = HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(passcode));
        if (!_accounts.TryGetValue(login, out var account)) account = Account.Nobody;
        else if (_known.TryGetValue(login, out var good) && CryptographicOperations.FixedTimeEquals(good, digest)) return account.Token;

        await _hashing.WaitAsync(cancellationToken);
        try
        {
            if (!await Task.Run(() => account.Hash.Matches(passcode), cancellationToken) || account.Token is null) return null;
            _known[login] = digest;
            return account.Token;
        }
        finally
        {
            _hashing.Release();
        }
    }

    public void Dispose() => _hashing.Dispose();

    private static VerifiedToken TokenOf(ServiceAccountOptions account)
    {
        var caller = new Caller(UserId.Parse(account.Login), account.Login, AvatarUrl: null, account.Roles.Append(Caller.ServiceRole).ToFrozenSet(StringComparer.Ordinal));
        return new VerifiedToken(caller, Never, TokenId: null, IssuedAt: null);
    }

    private sealed record Account(PasscodeHash Hash, VerifiedToken? Token)
    {
        /// <summary>An unknown login costs as much as a wrong passcode, so that the time does not tell which it was.</summary>
        public static readonly Account Nobody = new(PasscodeHash.Of("", PasscodeHash.DefaultIterations), Token: null);
    }
}
