using Chat.Domain.Events;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Sessions;

/// <summary>An administrator takes tokens back. Every node refuses them from then on, and ends the sessions that have them within two seconds.</summary>
public sealed class RevokeTokens(Revocations revocations, IEventBus bus, TimeProvider time)
{
    private static readonly Refusal NotAdmin = Refusal.Forbidden("Tokens are revoked by administrators.");
    private static readonly Refusal OneOfTwo = Refusal.Invalid("The body has either jti, of 1 to 128 characters, or userId, perhaps with issuedBefore.");

    /// <param name="caller">Who asks.</param>
    /// <param name="tokenId">The <c>jti</c> of one token; or null.</param>
    /// <param name="userId">Else whose tokens.</param>
    /// <param name="issuedBefore">With a user, those issued before; now, if left out.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<Refusal?> ExecuteAsync(Caller caller, string? tokenId, string? userId, DateTimeOffset? issuedBefore, CancellationToken cancellationToken)
    {
        if (!caller.Roles.Contains(Caller.AdminRole)) return NotAdmin;
        if (tokenId is null == userId is null || (tokenId is not null && issuedBefore is not null)) return OneOfTwo;
        if (userId is not null && !UserId.TryParse(userId, out _)) return OneOfTwo;
        if (tokenId is not null && !OpaqueText.IsIdentifier(tokenId, Revocation.MaxSubjectLength)) return OneOfTwo;
        var now = time.GetUtcNow();
        if (issuedBefore > now) return Refusal.Invalid("issuedBefore lies in the future.");

        if (tokenId is not null) await revocations.AddAsync(RevocationKind.Token, tokenId, issuedBefore: null, Revocation.TokensKeptFor, cancellationToken);
        else await revocations.AddAsync(RevocationKind.User, userId!, issuedBefore ?? now, Revocation.TokensKeptFor, cancellationToken);
        bus.Signal(new RevokedSignal());
        return null;
    }
}
