namespace Chat.Tests.Model;

/// <summary>Wants to be a member.</summary>
/// <param name="Who">Who does.</param>
/// <param name="ByInvite">Whether with an invite, where there is one.</param>
internal sealed record Join(string Who, bool ByInvite) : Step(Who)
{
    /// <summary>Which of the room's invites is shown; null for none.</summary>
    public int? Invite { get; init; }

    protected override Step Resolve(RoomModel room, int number)
    {
        var chance = Roll();
        var outside = room.People.Where(pair => !pair.Value.IsCurrent).Select(pair => pair.Key).ToList();
        return this with { Who = Aim(chance, outside, Who), Invite = ByInvite && room.Invites > 0 ? chance.Next(room.Invites) : null };
    }

    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        if (room.Member(Who) is not null) return room.Accept();
        if (room.Banned.Contains(Who)) return room.Refuse("banned");
        if (Invite is null && room.Settings.Visibility == "private") return room.Refuse(RoomModel.NotFound);
        if (room.Closed) return room.Refuse(RoomModel.Forbidden);
        if (room.MemberCount >= room.Settings.MaxMembers) return room.Refuse("room_full");
        return (Invite is null && room.Settings.JoinApproval ? room with { Asked = room.Asked.Add(Who) } : room.Enter(Who)).Accept();
    }

    public override Request AsRequest(Names names) => throw new InvalidOperationException("It is asked for with the room's invites.");

    public Request AsRequest(IReadOnlyList<string> codes) => new(HttpMethod.Post, "/join", Invite is { } invite ? new { inviteCode = codes[invite] } : new { });
}

internal sealed record MakeInvite(string Who) : Step(Who)
{
    public override (string Told, RoomModel Room) Apply(RoomModel room) =>
        room.Check(Who, Role.Moderator) is { } refused ? room.Refuse(refused) : (room with { Invites = room.Invites + 1 }).Accept();

    public override Request AsRequest(Names names) => new(HttpMethod.Post, "/invites", new { });
}

internal sealed record Approve(string Who, string Other) : Step(Who)
{
    protected override Step Resolve(RoomModel room, int number) => this with { Other = Aim(Roll(), room.Asked.Order(StringComparer.Ordinal).ToList(), Other) };

    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        if (room.Check(Who, Role.Moderator) is { } refused) return room.Refuse(refused);
        if (room.MemberCount >= room.Settings.MaxMembers) return room.Refuse("room_full");
        return room.Asked.Contains(Other) ? room.Enter(Other).Accept() : room.Refuse(RoomModel.NotFound);
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Post, $"/requests/{names.UserId(Other)}/approve");
}

internal sealed record Leave(string Who) : Step(Who)
{
    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        if (room.Member(Who) is not { } member) return room.Refuse(RoomModel.NotMember);
        var left = room.Exit(Who);
        if (member.Role is not Role.Owner) return left.Accept();
        var heirs = left.People.Where(pair => pair.Value.IsCurrent).OrderByDescending(pair => pair.Value.Role).ThenBy(pair => pair.Value.JoinedSeq).ToList();
        return (heirs.Count == 0 ? left : left.Change(heirs[0].Key, heirs[0].Value with { Role = Role.Owner, Muted = false })).Accept();
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Post, "/leave");
}

internal sealed record Remove(string Who, string Other, bool Ban) : Step(Who)
{
    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        var isFormer = room.People.TryGetValue(Other, out var other) && !other.IsCurrent;
        var refused = Ban && isFormer ? room.Check(Who, Role.Moderator) : room.CheckOver(Who, Role.Moderator, Other);
        if (refused is not null) return room.Refuse(refused);
        var banned = Ban ? room with { Banned = room.Banned.Add(Other), Asked = room.Asked.Remove(Other) } : room;
        return (isFormer ? banned : banned.Exit(Other)).Accept();
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Delete, $"/members/{names.UserId(Other)}{(Ban ? "?ban=true" : "")}");
}

internal sealed record LiftBan(string Who, string Other) : Step(Who)
{
    protected override Step Resolve(RoomModel room, int number) => this with { Other = Aim(Roll(), room.Banned.Order(StringComparer.Ordinal).ToList(), Other) };

    public override (string Told, RoomModel Room) Apply(RoomModel room) =>
        room.Check(Who, Role.Moderator) is { } refused ? room.Refuse(refused) : (room with { Banned = room.Banned.Remove(Other) }).Accept();

    public override Request AsRequest(Names names) => new(HttpMethod.Delete, $"/bans/{names.UserId(Other)}");
}

internal sealed record GiveRole(string Who, string Other, Role Role) : Step(Who)
{
    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        if (room.CheckOver(Who, Role.Owner, Other) is { } refused) return room.Refuse(refused);
        var other = room.Member(Other)!;
        if (other.Role == Role) return room.Accept();
        if (Role is not Role.Owner) return room.Change(Other, other with { Role = Role }).Accept();
        return room.Change(Other, other with { Role = Role.Owner, Muted = false }).Change(Who, room.Member(Who)! with { Role = Role.Moderator }).Accept();
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Patch, $"/members/{names.UserId(Other)}", new { role = Role.ToString().ToLowerInvariant() });
}

internal sealed record Mute(string Who, string Other, bool On) : Step(Who)
{
    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        if (room.CheckOver(Who, Role.Moderator, Other) is { } refused) return room.Refuse(refused);
        var other = room.Member(Other)!;
        return other.Muted == On ? room.Accept() : room.Change(Other, other with { Muted = On }).Accept();
    }

    public override Request AsRequest(Names names) =>
        new(HttpMethod.Patch, $"/members/{names.UserId(Other)}", new { mutedUntil = On ? names.MutedUntil : (DateTimeOffset?)null });
}

/// <summary>Changes one setting.</summary>
/// <param name="Who">Who does.</param>
/// <param name="Least">What they have to be for it.</param>
/// <param name="Body">The setting on the wire.</param>
/// <param name="Change">The same in the model.</param>
internal sealed record ChangeSettings(string Who, Role Least, object Body, Func<RoomSettings, RoomSettings> Change) : Step(Who)
{
    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        var wanted = Change(room.Settings);
        // To change nothing needs as much as to change the name.
        if (room.Check(Who, wanted == room.Settings ? Role.Moderator : Least) is { } refused) return room.Refuse(refused);
        if (wanted == room.Settings) return room.Accept();
        if (wanted.MaxMembers != room.Settings.MaxMembers && wanted.MaxMembers < room.MemberCount) return room.Refuse("conflict");
        return (room.Next() with { Settings = wanted }).Accept();
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Patch, "", Body);
}

internal sealed record Close(string Who) : Step(Who)
{
    public override (string Told, RoomModel Room) Apply(RoomModel room)
    {
        if (room.Closed) return room.Member(Who) is { Role: Role.Owner } ? room.Accept() : room.Refuse(room.Member(Who) is null ? RoomModel.NotMember : RoomModel.Forbidden);
        return room.Check(Who, Role.Owner) is { } refused ? room.Refuse(refused) : (room.Next() with { Closed = true }).Accept();
    }

    public override Request AsRequest(Names names) => new(HttpMethod.Delete, "");
}
