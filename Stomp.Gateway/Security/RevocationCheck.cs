using Chat.Domain.Sessions;

namespace Stomp.Gateway.Security;

/// <summary>Refuses tokens that were taken back, however good they are otherwise.</summary>
internal sealed class RevocationCheck(ITokenVerifier verifier, Revocations revocations) : ITokenVerifier
{
    public async ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellationToken, bool ignoreExpiry = false)
    {
        var verdict = await verifier.VerifyAsync(token, cancellationToken, ignoreExpiry);
        return verdict.Token is { } good && revocations.IsRevoked(good.Caller.Id, good.TokenId, good.IssuedAt) ? TokenVerdict.Bad("token revoked") : verdict;
    }
}
