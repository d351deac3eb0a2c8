using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using StackExchange.Redis;

namespace Chat.Infrastructure.Redis;

/// <summary>The newest messages of rooms in Redis (docs/redis.md). Without Redis there are none, and rooms are read from the store.</summary>
internal sealed class RedisRecentMessages(RedisLink redis) : IRecentMessages
{
    /// <summary>How long a room is kept that nobody opens.</summary>
    private const int LifeSeconds = 600;

    /// <summary>Octets of one room when it is read, and of one message that an event brings: a room of the largest messages is read from the store.</summary>
    private const int MostOctets = 256 * 1024;
    private const int MostOctetsOfOne = 16 * 1024;

    public async ValueTask<RecentMessages?> FindAsync(RoomId room, string epoch, long head, CancellationToken cancellationToken)
    {
        try
        {
            var found = (RedisResult[])await redis.RunAsync(RedisScripts.FindRecent, [KeyOf(room), epoch, head, LifeSeconds], cancellationToken);
            return found.Length == 0 ? null : new RecentMessages([.. found.Skip(1).Select(json => MessageRecord.Read(room, (byte[])json))], IsWhole: (string)found[0] == "1");
        }
        catch (StoreUnavailableException)
        {
            // The link has logged it.
            return null;
        }
    }

    public async ValueTask KeepAsync(RoomId room, string epoch, long head, RecentMessages messages, CancellationToken cancellationToken)
    {
        var kept = new Stack<(long Seq, byte[] Json)>();
        var octets = 0;
        foreach (var message in messages.Messages.Reverse())
        {
            var json = MessageRecord.Write(message);
            octets += json.Length;
            if (octets > MostOctets) break;
            kept.Push((message.Seq, json));
        }
        var isWhole = messages.IsWhole && kept.Count == messages.Messages.Count;
        RedisValue[] arguments = [KeyOf(room), epoch, head, LifeSeconds, isWhole ? 1 : 0, .. kept.SelectMany(message => new RedisValue[] { message.Seq, message.Json })];
        try
        {
            if (kept.Count > 0) await redis.RunAsync(RedisScripts.KeepRecent, arguments, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The link has logged it.
        }
    }

    /// <summary>Moves what is kept on by consecutive events of one room.</summary>
    /// <exception cref="StoreUnavailableException">Redis cannot be reached; what is kept fits no head any more.</exception>
    public async Task ApplyAsync(IReadOnlyList<RoomEvent> events, CancellationToken cancellationToken)
    {
        var key = KeyOf(events[0].RoomId);
        var messages = events.OfType<MessageEvent>().Select(each => (each.Message.Seq, Json: MessageRecord.Write(each.Message))).ToList();
        if (events.Any(RecentMessages.AreUpsetBy) || messages.Any(message => message.Json.Length > MostOctetsOfOne))
        {
            await redis.AskAsync(database => database.KeyDeleteAsync([key, $"{key}:messages"]), cancellationToken);
            return;
        }
        RedisValue[] arguments =
            [key, events[0].Seq - 1, events[^1].Seq, IRecentMessages.Most, .. messages.SelectMany(message => new RedisValue[] { message.Seq, message.Json })];
        await redis.RunAsync(RedisScripts.ApplyRecent, arguments, cancellationToken);
    }

    private static string KeyOf(RoomId room) => $"{RedisLink.Prefix}recent:{room}";
}
