using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>Finds members by what people call them.</summary>
public interface IMemberDirectory
{
    /// <summary>
    /// The room's current members whose id or whose <see cref="MentionText.NameOf"/> is one of these, as it is when this is called or later; what is asked at the
    /// same moment is looked up together. At most <see cref="Mentions.MostFound"/>.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database is gone.</exception>
    ValueTask<IReadOnlyList<NamedMember>> FindNamedAsync(RoomId room, IReadOnlyCollection<string> names, CancellationToken cancellationToken);
}

/// <summary>A member and the name by which mentions find them.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">As <see cref="MentionText.NameOf"/> makes it; null for somebody whose name is not known.</param>
public readonly record struct NamedMember(UserId UserId, string? Name);
