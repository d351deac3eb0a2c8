using Chat.Domain.Users;

namespace Stomp.Gateway.Security;

/// <summary>A token that passed every check, in the words of the gateway.</summary>
/// <param name="Caller">Whom it speaks for.</param>
/// <param name="ExpiresAt">Its <c>exp</c>.</param>
/// <param name="TokenId">Its <c>jti</c>, when it has one.</param>
/// <param name="IssuedAt">Its <c>iat</c>, when it has one.</param>
internal sealed record VerifiedToken(Caller Caller, DateTimeOffset ExpiresAt, string? TokenId, DateTimeOffset? IssuedAt)
{
    /// <summary>Whether there is no token at all, but a login and passcode: that alone never ends.</summary>
    public bool IsOfAccount => ExpiresAt == DateTimeOffset.MaxValue;
}
