using Chat.Domain.Outcomes;

namespace Chat.Domain.Users;

/// <summary>Who wants to hear nothing from whom.</summary>
public interface IBlockStore
{
    /// <summary>Users that one call of <see cref="FindBlockersAsync"/> asks about.</summary>
    const int MostAsked = 500;

    /// <summary>
    /// Keeps the block. When this returns, <paramref name="blocked"/> is barred from posting to the direct room of the two, which has an event for it. Idempotent.
    /// <see cref="RefusalCode.Conflict"/> when the user has <paramref name="most"/> blocks already.
    /// </summary>
    ValueTask<Refusal?> BlockAsync(UserId user, UserId blocked, int most, CancellationToken cancellationToken);

    /// <summary>Takes both back. Idempotent.</summary>
    ValueTask UnblockAsync(UserId user, UserId blocked, CancellationToken cancellationToken);

    /// <summary>Whom the user has blocked, by id, those behind <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<Block>> ListAsync(UserId user, UserId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Those of <paramref name="among"/> who have blocked the user: they are notified of nothing that the user does. At most <see cref="MostAsked"/> a call.</summary>
    ValueTask<IReadOnlyList<UserId>> FindBlockersAsync(UserId user, IReadOnlyCollection<UserId> among, CancellationToken cancellationToken);
}

/// <summary>Somebody from whom a user wants to hear nothing.</summary>
/// <param name="Profile">From whom.</param>
/// <param name="At">Since when.</param>
public sealed record Block(UserProfile Profile, DateTimeOffset At);
