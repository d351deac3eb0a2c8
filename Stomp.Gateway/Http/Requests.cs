using System.Buffers;
using System.Text.Json.Serialization.Metadata;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Stomp.Gateway.Transports;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>What requests have in common.</summary>
internal static class Requests
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    private static readonly ReadOnlySequence<byte> EmptyObject = new("{}"u8.ToArray());

    /// <summary>The body as a JSON object; none at all is an empty object.</summary>
    /// <exception cref="BadHttpRequestException">The body is larger than the caller may send, or ends too early.</exception>
    /// <exception cref="Microsoft.AspNetCore.Connections.ConnectionResetException">The client is gone.</exception>
    /// <exception cref="OperationCanceledException">The same.</exception>
    public static async ValueTask<Outcome<T>> ReadBodyAsync<T>(this HttpContext context, JsonTypeInfo<T> type) where T : class
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await context.ReadPartAsync();
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            var outcome = Bodies.Parse(read.Buffer.IsEmpty ? EmptyObject : read.Buffer, type);
            reader.AdvanceTo(read.Buffer.End);
            return outcome;
        }
    }

    /// <summary>The room, and whom in it the request is about. Of what is no user's id there is nobody: those who may ask are told so, and nobody else.</summary>
    /// <returns>False for what can be no room.</returns>
    public static bool TryParseMember(string id, string userId, out RoomId room, out UserId user)
    {
        _ = TryParseUser(userId, out user);
        return RoomId.TryParse(id, out room);
    }

    /// <summary>Somebody's id in a path. Of all that is escaped there the server has left one as it was, the slash, which is taken for one here.</summary>
    public static bool TryParseUser(string id, out UserId user) => UserId.TryParse(id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), out user);

    /// <summary>How many things a page has.</summary>
    public static Outcome<int> LimitOf(int? limit) => limit switch
    {
        null => DefaultLimit,
        >= 1 and <= MaxLimit => limit.Value,
        _ => Refusal.Invalid($"limit is {limit}; 1 to {MaxLimit} are allowed."),
    };

    public static readonly Refusal BadCursor = Refusal.Invalid("cursor is none that an earlier page gave as next.");
}
