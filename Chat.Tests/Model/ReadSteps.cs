namespace Chat.Tests.Model;

/// <summary>Moves the own read position forward, or back.</summary>
/// <param name="Who">Who does.</param>
/// <param name="Back">Whether a message and all behind it are unread again.</param>
internal sealed record MoveReadPosition(string Who, bool Back) : Step(Who)
{
    /// <summary>Beyond the newest message, to where there is nothing yet.</summary>
    private const int Beyond = 5;

    public long Seq { get; init; }

    /// <summary>A position is told by a signal of its own, which passes the events: only where all is quiet before and behind it, the live list is sure to be right.</summary>
    internal override bool IsAlone => true;

    protected override Step Resolve(RoomModel room, int number)
    {
        var chance = Roll();
        var key = MessageStep.KeyOf(room, chance);
        var message = room.Messages.Find(one => one.Key == key);
        return this with { Seq = message is null || (!Back && chance.Next(2) == 0) ? room.Head + Beyond : message.Seq };
    }

    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        if (room.Member(Who) is not { } member) return room.Refuse(RoomModel.NotMember);
        var to = Back
            ? Math.Min(member.LastRead, Math.Max(Seq, room.FirstFor(Who)) - 1)
            : Math.Max(member.LastRead, Math.Min(Seq, room.Head));
        return (room with { People = room.People.SetItem(Who, member with { LastRead = to }) }).Accept();
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Post, Back ? "/unread" : "/read", new { seq = Seq });

    public override (string Destination, object? Body)? AsSend(Names names) => (Back ? "/unread" : "/read", new { seq = Seq });
}
