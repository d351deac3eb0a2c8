using System.Collections.Frozen;
using Chat.Domain;
using Chat.Domain.Users;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Security;

/// <summary>Verifies JSON Web Tokens (RFC 7519) of the Auth Server, following RFC 8725: the algorithm has to fit the key's kind, and <c>none</c> never does.</summary>
internal sealed partial class TokenVerifier(TokenKeys keys, AuthOptions options, TimeProvider time, ILogger<TokenVerifier> logger) : ITokenVerifier
{
    /// <summary>Clocks of two well-kept machines differ by less.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly VerifiedTokens _verified = new();

    public async ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellationToken, bool ignoreExpiry = false)
    {
        if (await GetKeysAsync(cancellationToken) is not var (signingKeys, issuer)) return Unanswered;
        if (_verified.Find(token, signingKeys) is { } known && (ignoreExpiry || known.ExpiresAt > time.GetUtcNow())) return known;
        var result = await ValidateAsync(token, ignoreExpiry, signingKeys, issuer);
        // The Auth Server may have changed its key since it was last asked.
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException && await RefreshAsync(cancellationToken))
        {
            if (await GetKeysAsync(cancellationToken) is not { } refreshed) return Unanswered;
            (signingKeys, issuer) = refreshed;
            result = await ValidateAsync(token, ignoreExpiry, signingKeys, issuer);
        }
        if (!result.IsValid) return TokenVerdict.Bad(ReasonOf(result.Exception));
        var verdict = Read((JsonWebToken)result.SecurityToken);
        if (verdict.Token is { } good) _verified.Add(token, signingKeys, good);
        return verdict;
    }

    private static TokenVerdict Unanswered => TokenVerdict.Bad("the Auth Server does not answer");

    private async ValueTask<(IEnumerable<SecurityKey> Keys, string? Issuer)?> GetKeysAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await keys.GetAsync(cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            Log.KeysUnavailable(logger, e);
            return null;
        }
    }

    private Task<TokenValidationResult> ValidateAsync(string token, bool ignoreExpiry, IEnumerable<SecurityKey> signingKeys, string? issuer)
    {
        var expected = string.IsNullOrEmpty(options.Issuer) ? issuer : options.Issuer;
        return _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKeys = signingKeys,
            TryAllIssuerSigningKeys = true,
            ValidAlgorithms = keys.Algorithms,
            ValidIssuer = expected,
            ValidateIssuer = expected is not null,
            ValidAudience = options.Audience,
            ValidateAudience = !string.IsNullOrEmpty(options.Audience),
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) => ValidateLifetime(notBefore, expires, ignoreExpiry),
        });
    }

    private async ValueTask<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await keys.RefreshAsync(cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            Log.KeysNotRefreshed(logger, e);
            return false;
        }
    }

    private bool ValidateLifetime(DateTime? notBefore, DateTime? expires, bool ignoreExpiry)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (expires is not { } end) throw new SecurityTokenNoExpirationException();
        if (end <= now && !ignoreExpiry) throw new SecurityTokenExpiredException();
        if (notBefore > now + ClockSkew) throw new SecurityTokenNotYetValidException();
        return true;
    }

    private static TokenVerdict Read(JsonWebToken token)
    {
        if (!UserId.TryParse(token.Subject, out var id)) return TokenVerdict.Bad("sub must have 1 to 64 characters, none of them a control character");
        var name = Text(token, "name", UserProfile.MaxNameLength, cut: true) ?? id.Value;
        var caller = new Caller(id, name, Text(token, "picture", UserProfile.MaxAvatarUrlLength, cut: false), RolesOf(token));
        return new VerifiedToken(
            caller, Utc(token.ValidTo), token.Id is { Length: > 0 } jti ? jti : null, token.IssuedAt == DateTime.MinValue ? null : Utc(token.IssuedAt));

        static DateTimeOffset Utc(DateTime time) => new(time, TimeSpan.Zero);
    }

    private static string? Text(JsonWebToken token, string claim, int maxLength, bool cut)
    {
        if (!token.TryGetPayloadValue<object>(claim, out var value) || value is not string { Length: > 0 } text || !OpaqueText.IsStorable(text)) return null;
        if (text.Length <= maxLength) return text;
        // Never between the halves of a surrogate pair.
        return cut ? text[..(char.IsHighSurrogate(text[maxLength - 1]) ? maxLength - 1 : maxLength)] : null;
    }

    /// <summary>An array, or one string with blanks between. What stands in an array is one role whatever is in it: "site admin" is no admin.</summary>
    private static FrozenSet<string> RolesOf(JsonWebToken token)
    {
        if (!token.TryGetPayloadValue<object>("roles", out var value)) return FrozenSet<string>.Empty;
        var roles = value is string text ? text.Split(' ', StringSplitOptions.RemoveEmptyEntries) : token.Claims.Where(claim => claim.Type == "roles").Select(claim => claim.Value);
        return roles.ToFrozenSet(StringComparer.Ordinal);
    }

    private static string ReasonOf(Exception? exception) => exception switch
    {
        SecurityTokenExpiredException => "token expired",
        SecurityTokenNotYetValidException => "token is not valid yet",
        SecurityTokenNoExpirationException => "token has no exp",
        SecurityTokenInvalidLifetimeException => "token has no good exp and nbf",
        SecurityTokenInvalidAudienceException => "wrong audience",
        SecurityTokenInvalidIssuerException => "wrong issuer",
        SecurityTokenInvalidAlgorithmException => "algorithm not allowed",
        SecurityTokenSignatureKeyNotFoundException => "bad signature: no such key",
        SecurityTokenInvalidSignatureException => "bad signature",
        _ => "malformed token",
    };

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Warning, "The Auth Server's keys cannot be had; tokens are refused until it answers")]
        public static partial void KeysUnavailable(ILogger logger, Exception exception);

        [LoggerMessage(1002, LogLevel.Warning, "A token names a key that is not known, and the Auth Server does not answer; the keys of before go on to hold")]
        public static partial void KeysNotRefreshed(ILogger logger, Exception exception);
    }
}
