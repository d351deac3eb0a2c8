using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Search;

/// <summary>
/// Finds messages, newest first, in what the caller may see now. The index only proposes: each message is read as it is, by the caller's own right, and checked
/// against the whole of what was asked.
/// </summary>
public sealed class SearchMessages(IMessageIndex index, IVisibleMessages visible)
{
    public const int MaxLimit = 200;

    /// <summary>Proposals looked at for one page. Where hardly any holds good, the page ends early, and the next goes on from there.</summary>
    private const int MostExamined = 2_000;

    /// <summary>Proposals taken at a time, at least.</summary>
    private const int Round = 100;

    /// <param name="caller">Who asks.</param>
    /// <param name="search">What for.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="limit">How many, 1 to <see cref="MaxLimit"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<Outcome<FoundMessages>> ExecuteAsync(
        Caller caller, MessageSearch search, MessagePosition? after, int limit, CancellationToken cancellationToken)
    {
        if (Check(search, limit) is { } wrong) return wrong;
        SearchQuery? text = null;
        if (!string.IsNullOrEmpty(search.Text) && !SearchQuery.TryParse(search.Text, out text))
            return Refusal.Invalid($"q has 1 to {SearchQuery.MaxLength} characters, with a letter, a digit or a picture among them.");

        var rooms = await visible.ListRoomsAsync(caller.Id, search.Room, cancellationToken);
        if (search.Room is not null && rooms.Count == 0) return Refusal.NotMember;
        if (rooms.Count == 0) return new FoundMessages([], Next: null);
        var query = new IndexQuery
        {
            Rooms = rooms,
            Terms = text?.Terms ?? [],
            Sender = search.Sender,
            HasAttachments = search.HasAttachments,
            From = search.From ?? DateTimeOffset.UnixEpoch,
            To = search.To ?? DateTimeOffset.MaxValue,
            After = after,
        };
        return await FindAsync(caller.Id, query, text, limit, cancellationToken);
    }

    private async Task<FoundMessages> FindAsync(UserId user, IndexQuery query, SearchQuery? text, int limit, CancellationToken cancellationToken)
    {
        var found = new List<Message>();
        var round = Math.Max(limit, Round);
        for (var examined = 0; examined < MostExamined; examined += round)
        {
            var positions = await index.FindAsync(query, round, cancellationToken);
            if (positions.Count == 0) return new FoundMessages(found, Next: null);
            foreach (var message in await visible.ReadAsync(user, positions, cancellationToken))
            {
                if (!IsAskedFor(message, query, text)) continue;
                found.Add(message);
                if (found.Count == limit) return new FoundMessages(found, PositionOf(message));
            }
            if (positions.Count < round) return new FoundMessages(found, Next: null);
            query = query with { After = positions[^1] };
        }
        return new FoundMessages(found, query.After);
    }

    private static Refusal? Check(MessageSearch search, int limit)
    {
        if (limit is < 1 or > MaxLimit) return Refusal.Invalid($"limit is {limit}; 1 to {MaxLimit} are allowed.");
        if (search.From >= search.To) return Refusal.Invalid("from has to be before to.");
        return search.IsEmpty ? Refusal.Invalid("Nothing is asked for: give q, roomId, senderId, from, to or hasAttachments.") : null;
    }

    private static bool IsAskedFor(Message message, IndexQuery query, SearchQuery? text) =>
        (query.Sender is null || message.Sender.Id == query.Sender)
        && (!query.HasAttachments || HasAttachments(message.Type))
        && message.CreatedAt >= query.From && message.CreatedAt < query.To
        && message.Text is { } its && text?.Matches(its) is not false;

    /// <summary>Whether messages of a type come with files.</summary>
    public static bool HasAttachments(MessageType type) => type is MessageType.Image or MessageType.File;

    private static MessagePosition PositionOf(Message message) => new(message.CreatedAt, message.RoomId, message.Seq);
}

/// <summary>What to look for; what is null or false is no condition.</summary>
public sealed record MessageSearch
{
    public string? Text { get; init; }
    public RoomId? Room { get; init; }
    public UserId? Sender { get; init; }

    /// <summary>Not made before.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Made before.</summary>
    public DateTimeOffset? To { get; init; }
    public bool HasAttachments { get; init; }

    public bool IsEmpty => string.IsNullOrEmpty(Text) && Room is null && Sender is null && From is null && To is null && !HasAttachments;
}

/// <summary>A page of what was found.</summary>
/// <param name="Messages">Newest first.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
public sealed record FoundMessages(IReadOnlyList<Message> Messages, MessagePosition? Next);
