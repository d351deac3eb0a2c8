using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Messages;

/// <summary>
/// Whom a text addresses: <c>@userId</c> or <c>@name</c> of current members, the longest that fits, and <c>@all</c>. Everything else behind an @ is text. Nobody
/// mentions themselves, nor those who have blocked them; <c>@all</c> speaks to the room and not to a person, so it reaches those as well.
/// </summary>
public sealed class Mentions(IMemberDirectory directory, IBlockStore blocks)
{
    /// <summary>Members that one message may mention by name.</summary>
    public const int Most = 50;

    /// <summary>Members that one look-up finds: far more share a name only to make trouble.</summary>
    public const int MostFound = 1_000;

    public async ValueTask<Outcome<MentionedMembers>> FindAsync(RoomId room, UserId author, string text, CancellationToken cancellationToken)
    {
        var places = MentionText.CandidatesIn(text);
        if (places.Count == 0) return MentionedMembers.None;

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var candidate in places.SelectMany(candidates => candidates))
        {
            names.Add(candidate);
            if (MentionText.NameOf(candidate) is { } name) names.Add(name);
        }
        var members = await directory.FindNamedAsync(room, names, cancellationToken);
        var byId = members.Select(member => member.UserId.Value).ToHashSet(StringComparer.Ordinal);
        var byName = members.Where(member => member.Name is not null).ToLookup(member => member.Name!, member => member.UserId, StringComparer.Ordinal);

        var users = new List<UserId>();
        var all = false;
        foreach (var candidates in places)
        {
            foreach (var candidate in candidates)
            {
                var found = byId.Contains(candidate) ? [UserId.Parse(candidate)] : MentionText.NameOf(candidate) is { } name ? byName[name].ToList() : [];
                users.AddRange(found.Where(user => user != author && !users.Contains(user)));
                var isAll = found.Count == 0 && string.Equals(candidate, MentionText.All, StringComparison.OrdinalIgnoreCase);
                all |= isAll;
                if (isAll || found.Count > 0) break;
            }
        }
        if (users.Count > Most) return Refusal.Invalid($"The message mentions {users.Count} members; {Most} are allowed.");
        return new MentionedMembers(await ListHearersAsync(author, users, cancellationToken), all);
    }

    /// <summary>Those of some, 500 at the most, who are to hear of what the author says: all but the author and those who have blocked them. Their order stays.</summary>
    public async ValueTask<IReadOnlyList<UserId>> ListHearersAsync(UserId author, IReadOnlyList<UserId> users, CancellationToken cancellationToken)
    {
        if (users.Count == 0) return users;
        var blockers = await blocks.FindBlockersAsync(author, users, cancellationToken);
        return [.. users.Where(user => user != author && !blockers.Contains(user))];
    }
}

/// <summary>Whom a text addresses.</summary>
/// <param name="Users">In the order of the text.</param>
/// <param name="All">Whether it asks for all members. That counts only from those who moderate when it is written, so it is judged there.</param>
public sealed record MentionedMembers(IReadOnlyList<UserId> Users, bool All)
{
    public static readonly MentionedMembers None = new([], All: false);
}
