namespace Chat.Domain.Users;

/// <summary>How users are shown to others. The Auth Server knows the users; the chat only remembers the name and picture that it last saw in a token.</summary>
public interface IUserStore
{
    /// <summary>Keeps the profile, in place of what was kept for this user. Cheap when nothing changed. Idempotent.</summary>
    ValueTask SaveAsync(UserProfile profile, CancellationToken cancellationToken);

    /// <summary>The profiles of these users, in any order. Somebody never seen in a token is shown by the id and without a picture.</summary>
    ValueTask<IReadOnlyList<UserProfile>> FindAsync(IReadOnlyCollection<UserId> ids, CancellationToken cancellationToken);
}
