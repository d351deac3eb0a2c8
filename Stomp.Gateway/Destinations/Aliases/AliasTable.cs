using System.Text.Json;
using Chat.Domain.Outcomes;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>The destinations of frontends that exist already, and what of ours they stand for. The first alias that applies counts.</summary>
internal sealed class AliasTable(IReadOnlyList<SendAlias> send, IReadOnlyList<SubscribeAlias> subscribe)
{
    private readonly SendAlias[] _send = [.. send];
    private readonly SubscribeAlias[] _subscribe = [.. subscribe];

    /// <summary>What a SEND becomes; the frame as it is where no alias has its destination. A frame that none of those wants that have it is refused.</summary>
    public Outcome<AliasedSend> Apply(Destination destination, Frame frame)
    {
        JsonElement? body = null;
        var known = false;
        foreach (var alias in _send)
        {
            if (!alias.Pattern.Matches(destination, out var variables)) continue;
            known = true;
            if (alias.ReadsBody && body is null)
            {
                if (!Bodies.ParseObject(frame.Body).TryGet(out var parsed, out var broken)) return broken;
                body = parsed;
            }
            var json = body.GetValueOrDefault();
            if (!alias.Applies(json)) continue;
            if (alias.To is null) return new AliasedSend(Destination: null, frame);
            if (!alias.To.Fill(variables, json).TryGet(out var target, out var refusal)) return refusal;
            return new AliasedSend(target, alias.Rewrite(frame, json));
        }
        return known ? NotWanted : new AliasedSend(destination, frame);
    }

    /// <summary>What a SUBSCRIBE becomes; the destination as it is where no alias has it.</summary>
    public Outcome<(Destination Destination, RoomView? View)> Apply(Destination destination)
    {
        foreach (var alias in _subscribe)
        {
            if (!alias.Pattern.Matches(destination, out var variables)) continue;
            return alias.To.Fill(variables, default).TryGet(out var target, out var refusal) ? (target, alias.View) : refusal;
        }
        return (destination, null);
    }

    private static readonly Refusal NotWanted = Refusal.Invalid("None of the aliases of this destination is for such a body.");
}
