using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;

namespace Chat.Tests.Model;

/// <summary>What people do in a chat, made up by chance: the same seed makes the same history.</summary>
/// <param name="Seed">Names it.</param>
/// <param name="Bursts">What is done at the same time; one after the other.</param>
internal sealed record History(ulong Seed, ImmutableList<Burst> Bursts)
{
    public const int Rooms = 2;

    /// <summary>Those who do things. The first owns the rooms at first.</summary>
    public static readonly ImmutableArray<string> Actors = ["ann", "ben", "cat", "dan", "eve"];

    /// <summary>A member who only looks, from the beginning to the end.</summary>
    public const string Watcher = "watcher";

    /// <summary>All of them; who owns the rooms first.</summary>
    public static readonly ImmutableArray<string> Everybody = [.. Actors, Watcher];

    /// <summary>The rooms as each history finds them.</summary>
    public static ImmutableArray<RoomModel> NewRooms =>
    [
        RoomModel.Of(new RoomSettings { HistoryForFormerMembers = "untilLeft" }, Everybody),
        RoomModel.Of(new RoomSettings { HistoryForNewMembers = "sinceJoined", Visibility = "private" }, Everybody),
    ];

    private static readonly Gen<string> Someone = Gen.Frequency((4, Gen.Constant("ann")), (3, Gen.Constant("ben")), (2, Gen.Constant("cat")), (2, Gen.Constant("dan")), (1, Gen.Constant("eve")));
    private static readonly Gen<string> SomeoneElse = Gen.Elements(Actors.ToArray());
    private static readonly Gen<bool> Either = Gen.Elements(true, false);
    private static readonly Gen<int> Any = Gen.Choose(0, 999_999);
    private static readonly Gen<string> Mentioned = Gen.Frequency((4, SomeoneElse), (1, Gen.Constant(Watcher)), (2, Gen.Constant(MessageModel.ToAll)));
    private static readonly Gen<string?> MentionedAtTimes = Gen.Frequency((3, Gen.Constant<string?>(null)), (1, Mentioned.Select(string? (name) => name)));

    private static readonly (int Weight, Gen<ChangeSettings> Change) Appearance = (4, Gen.Elements<Func<string, ChangeSettings>>(
        who => new ChangeSettings(who, Role.Moderator, new { name = "Coffee" }, was => was with { Name = "Coffee" }),
        who => new ChangeSettings(who, Role.Moderator, new { name = "Tea" }, was => was with { Name = "Tea" }),
        who => new ChangeSettings(who, Role.Moderator, new { description = "at four" }, was => was with { Description = "at four" }),
        who => new ChangeSettings(who, Role.Moderator, new { description = (string?)null }, was => was with { Description = null }),
        who => new ChangeSettings(who, Role.Moderator, new { readOnly = true }, was => was with { ReadOnly = true }),
        who => new ChangeSettings(who, Role.Moderator, new { readOnly = false }, was => was with { ReadOnly = false }),
        who => new ChangeSettings(who, Role.Moderator, new { slowModeSeconds = 21600 }, was => was with { SlowModeSeconds = 21600 }),
        who => new ChangeSettings(who, Role.Moderator, new { slowModeSeconds = 0 }, was => was with { SlowModeSeconds = 0 })).Zip(Someone, (make, who) => make(who)));

    private static readonly (int Weight, Gen<ChangeSettings> Change) Rules = (3, Gen.Elements<Func<string, ChangeSettings>>(
        who => new ChangeSettings(who, Role.Owner, new { editWindowSeconds = 0 }, was => was with { EditWindowSeconds = 0 }),
        who => new ChangeSettings(who, Role.Owner, new { editWindowSeconds = 900 }, was => was with { EditWindowSeconds = 900 }),
        who => new ChangeSettings(who, Role.Owner, new { deleteWindowSeconds = 0 }, was => was with { DeleteWindowSeconds = 0 }),
        who => new ChangeSettings(who, Role.Owner, new { deleteWindowSeconds = 3600 }, was => was with { DeleteWindowSeconds = 3600 }),
        who => new ChangeSettings(who, Role.Owner, new { visibility = "public" }, was => was with { Visibility = "public" }),
        who => new ChangeSettings(who, Role.Owner, new { visibility = "private" }, was => was with { Visibility = "private" }),
        who => new ChangeSettings(who, Role.Owner, new { joinApproval = true }, was => was with { JoinApproval = true }),
        who => new ChangeSettings(who, Role.Owner, new { joinApproval = false }, was => was with { JoinApproval = false }),
        who => new ChangeSettings(who, Role.Owner, new { maxMembers = 4 }, was => was with { MaxMembers = 4 }),
        who => new ChangeSettings(who, Role.Owner, new { maxMembers = 50 }, was => was with { MaxMembers = 50 })).Zip(Someone, (make, who) => make(who)));

    private static readonly Gen<Step> Steps = Gen.Frequency<Step>(
        (16, Someone.Select(Step (who) => new Post(who))),
        (10, Someone.Select(Step (who) => new Post(who, Post.Reply))),
        (6, Someone.Zip(Mentioned, Step (who, other) => new Post(who) { Mention = other })),
        (1, Someone.Zip(Mentioned, Step (who, other) => new Post(who, Post.Reply) { Mention = other })),
        (2, Someone.Select(Step (who) => new Post(who, Post.Temp))),
        (2, Gen.Constant<Step>(new SaySystem())),
        (5, Someone.Zip(Either, Step (who, back) => new MoveReadPosition(who, back))),
        (3, Someone.Select(Step (who) => new Repeat(who))),
        (7, Someone.Zip(MentionedAtTimes, Step (who, other) => new Edit(who) { Mention = other })),
        (7, Someone.Select(Step (who) => new Delete(who))),
        (9, Someone.Zip(Either, Step (who, on) => new PinOrUnpin(who, on))),
        (15, Someone.Zip(Gen.Elements("👍", "👍", "👍", "❤️", "🇰🇷").Zip(Either), Step (who, what) => new React(who, what.Item1, what.Item2))),
        (12, SomeoneElse.Zip(Gen.Elements(true, true, true, false), Step (who, byInvite) => new Join(who, byInvite))),
        (4, Someone.Select(Step (who) => new MakeInvite(who))),
        (3, Someone.Zip(SomeoneElse, Step (who, other) => new Approve(who, other))),
        (6, SomeoneElse.Select(Step (who) => new Leave(who))),
        (5, Someone.Zip(SomeoneElse).Zip(Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true))), Step (who, ban) => new Remove(who.Item1, who.Item2, ban))),
        (3, Someone.Zip(SomeoneElse, Step (who, other) => new LiftBan(who, other))),
        (5, Someone.Zip(SomeoneElse).Zip(Gen.Frequency((4, Gen.Constant(Role.Moderator)), (2, Gen.Constant(Role.Member)), (1, Gen.Constant(Role.Owner))), Step (who, role) => new GiveRole(who.Item1, who.Item2, role))),
        (4, Someone.Zip(SomeoneElse).Zip(Either, Step (who, on) => new Mute(who.Item1, who.Item2, on))),
        (Appearance.Weight, Appearance.Change.Select(Step (change) => change)),
        (Rules.Weight, Rules.Change.Select(Step (change) => change)),
        (1, Gen.Frequency((5, Someone.Select(Step (who) => new Post(who))), (1, Someone.Select(Step (who) => new Close(who))))));

    private static readonly Gen<Step> PlacedSteps = Steps.Zip(Gen.Choose(0, Rooms - 1).Zip(Any)).Zip(
        Gen.Choose(0, 1).Zip(Either), (step, way) => step.Item1 with { Room = step.Item2.Item1, Pick = step.Item2.Item2, Way = way });

    private static readonly Gen<Burst> RandomBursts = Gen.Frequency(
        (6, PlacedSteps.ListOf(1)), (2, PlacedSteps.ListOf(2)), (1, PlacedSteps.ListOf(3)), (1, PlacedSteps.ListOf(4)))
        .Zip(Gen.Frequency((7, Gen.Constant<Connecting?>(null)), (3, Gen.Choose(0, Clients - 1).Zip(Either, Connecting? (client, comesBack) => new Connecting(client, comesBack)))), (steps, connecting) => Burst.Of([.. steps], connecting));

    /// <summary>Two for each who does things, on two gateways where there are two.</summary>
    public const int Clients = 10;

    /// <summary>Each is done once or, now and then, once more at once, as by who does not wait for an answer.</summary>
    private static readonly Gen<IEnumerable<Burst>> SomeBursts = RandomBursts.Zip(Gen.Elements(1, 1, 1, 1, 2), Enumerable.Repeat);

    public static History Of(ulong seed, int length) => new(seed, [.. SomeBursts.ListOf(length).Sample(1, new Rnd(seed), length).Single().SelectMany(bursts => bursts).Take(length)]);

    /// <summary>As much of it as came first.</summary>
    public History First(int length) => this with { Bursts = Bursts.GetRange(0, length) };

    public override string ToString() => $"seed {Seed}, {Bursts.Count} bursts:\n{string.Join('\n', Bursts.Select((burst, index) => $"{index}: {burst}"))}";
}

/// <summary>What is done at the same time.</summary>
internal sealed record Burst(ImmutableList<Step> Steps, Connecting? Connecting)
{
    public static Burst Of(ImmutableList<Step> steps, Connecting? connecting) => steps.Find(step => step.IsAlone) is { } alone ? new Burst([alone], null) : new Burst(steps, connecting);

    public override string ToString() => $"{string.Join(" | ", Steps)} {Connecting}";
}

/// <summary>A client loses its connection, or has a new one.</summary>
/// <param name="Client">Which.</param>
/// <param name="AtOnce">Whether one that loses it connects again at once; else it does so the next time.</param>
internal sealed record Connecting(int Client, bool AtOnce);
