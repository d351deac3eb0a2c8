using Chat.Domain.Outcomes;

namespace Chat.Domain.Users;

/// <summary>
/// Blocks somebody: they cannot open a direct room with the caller nor say anything in the one there is, they put the caller into no group and do not mention the caller,
/// and the caller is notified of nothing that they do. In groups both go on seeing each other.
/// </summary>
public sealed class BlockUser(IBlockStore blocks)
{
    /// <summary>How many one user may have blocked.</summary>
    public const int MostBlocks = 10_000;

    public async ValueTask<Refusal?> ExecuteAsync(Caller caller, UserId user, CancellationToken cancellationToken) => user == caller.Id
        ? Refusal.Invalid("Nobody can block themselves.")
        : await blocks.BlockAsync(caller.Id, user, MostBlocks, cancellationToken);
}
