using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Drafts;

/// <summary>
/// Drafts: one per member and room. They go when the membership ends, and nobody sees one of a room that they are not in. Every method throws
/// <see cref="StoreUnavailableException"/> when the database is gone.
/// </summary>
public interface IDraftStore
{
    /// <summary>Keeps the text in the place of what was kept. Committed when it returns; of two at once the later one counts. <see cref="Refusal.NotMember"/> when not a current member.</summary>
    ValueTask<Outcome<Draft>> SaveAsync(RoomId room, UserId user, string text, CancellationToken cancellationToken);

    /// <summary>Forgets the draft, and tells whether there was one. <see cref="Refusal.NotMember"/> when not a current member.</summary>
    ValueTask<Outcome<bool>> RemoveAsync(RoomId room, UserId user, CancellationToken cancellationToken);

    /// <summary>The draft; null when there is none. <see cref="Refusal.NotMember"/> when not a current member.</summary>
    ValueTask<Outcome<Draft?>> FindAsync(RoomId room, UserId user, CancellationToken cancellationToken);

    /// <summary>The user's drafts, those saved last first, ties by room, those behind <paramref name="after"/>.</summary>
    ValueTask<IReadOnlyList<Draft>> ListAsync(UserId user, DraftCursor? after, int limit, CancellationToken cancellationToken);
}
