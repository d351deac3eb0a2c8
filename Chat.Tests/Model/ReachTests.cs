using Xunit.Abstractions;

namespace Chat.Tests.Model;

/// <summary>
/// What is rare in a chat is made likely in its histories: they cannot tell that something is wrong which never comes about in them. Here they are played in the
/// model alone.
/// </summary>
public sealed class ReachTests(ITestOutputHelper output)
{
    private const int Histories = 40;

    /// <summary>In how many of them each of these has to come about, so that a few steps more or less do not take it away.</summary>
    private const int Least = 4;

    [Fact]
    public void What_only_shows_in_rare_moments_comes_about_in_several_of_the_first_histories()
    {
        var reached = Enum.GetValues<Moment>().ToDictionary(moment => moment, _ => 0);
        for (var seed = 1UL; seed <= Histories; seed++)
        {
            foreach (var moment in Play(History.Of(seed, HistoryTests.Length)).Distinct()) reached[moment]++;
        }

        foreach (var (moment, histories) in reached) output.WriteLine($"{moment}: {histories} of {Histories}");
        reached.Where(pair => pair.Value < Least).Should().BeEmpty();
    }

    /// <summary>Steps done at once are done in their order here, and what is to be destroyed is destroyed at once.</summary>
    private static IEnumerable<Moment> Play(History history)
    {
        var (rooms, number) = (History.NewRooms.ToArray(), 0);
        foreach (var made in history.Bursts.SelectMany(burst => burst.Steps))
        {
            var before = rooms[made.Room];
            var step = made.Place(before, ++number);
            var (told, after) = step.Apply(before);
            if (told == RoomModel.Done && MomentOf(step, before, after) is { } moment) yield return moment;
            rooms[made.Room] = after.Expiries.ToList().Aggregate(after, (room, expiry) => expiry.Apply(room).Room);
        }
    }

    private static Moment? MomentOf(Step step, RoomModel before, RoomModel after)
    {
        var message = step is MessageStep about ? before.Messages.Find(one => one.Key == about.Key) : null;
        var changed = after.Head > before.Head;
        return step switch
        {
            Join or Approve when after.NewSince(before).Any(name => before.Messages.Exists(one => one.Seq > before.People[name].LeftSeq)) => Moment.BackWhereSomethingWasSaid,
            Leave when after.Messages.Count > 0 => Moment.Left,
            Remove { Ban: false } when changed => Moment.Kicked,
            Remove { Ban: true } when changed => Moment.Banned,
            React { On: true } when !changed => Moment.ReactedTwice,
            React { On: false } when changed => Moment.ReactionTakenBack,
            PinOrUnpin { On: true } when changed => Moment.Pinned,
            PinOrUnpin { On: false } when changed => Moment.Unpinned,
            Delete when message is { Replies: > 0, IsGone: false } => Moment.RootDeleted,
            Delete when message is { Pinned: true } => Moment.PinnedDeleted,
            Delete when message is { Reactions.IsEmpty: false } => Moment.ReactedDeleted,
            Delete when message is { Mentions.IsEmpty: false } => Moment.MentionDeleted,
            _ => null,
        };
    }

    private enum Moment
    {
        BackWhereSomethingWasSaid,
        Left,
        Kicked,
        Banned,
        ReactedTwice,
        ReactionTakenBack,
        Pinned,
        Unpinned,
        RootDeleted,
        PinnedDeleted,
        ReactedDeleted,
        MentionDeleted,
    }
}
