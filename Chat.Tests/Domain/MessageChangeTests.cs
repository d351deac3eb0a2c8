using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Tests.Domain;

/// <summary>Who may change a message, and what then becomes of it.</summary>
public sealed class MessageChangeTests
{
    private static readonly string[] Verbs = ["edit", "delete", "pin", "unpin", "react", "unreact"];

    private readonly ScriptedMessage _there = new();
    private readonly ScriptedPeople _people = new("alice", "bob", "carol");

    public static TheoryData<string> AllVerbs => [.. Verbs];

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task A_stranger_and_a_former_member_are_told_that_they_are_none_whatever_exists(string verb)
    {
        var member = _there.Membership!;
        var message = _there.Message;
        _there.Membership = null;
        (await DoAsync(verb)).Refusal.Should().Be(Refusal.NotMember);
        _there.Membership = member with { LeftSeq = 15, Role = MemberRole.Member };
        (await DoAsync(verb)).Refusal.Should().Be(Refusal.NotMember);
        _there.Message = null;
        (await DoAsync(verb)).Refusal.Should().Be(Refusal.NotMember);
        _there.Message = message;
        _there.Room = _there.Room with { ClosedAt = ScriptedMessage.MadeAt };
        (await DoAsync(verb)).Refusal.Should().Be(Refusal.NotMember);
        _there.Events.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task In_a_closed_room_nothing_changes(string verb)
    {
        Become(MemberRole.Owner);
        _there.Room = _there.Room with { ClosedAt = ScriptedMessage.MadeAt };
        (await DoAsync(verb)).Refusal.Should().Be(MessageFacts.Closed);
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task A_message_that_is_not_there_or_lies_before_what_one_may_see_is_not_found(string verb)
    {
        Become(MemberRole.Owner);
        _there.Room = _there.Room with { Settings = _there.Room.Settings with { HistoryForNewMembers = HistoryForNewMembers.SinceJoined } };
        _there.Membership = _there.Membership! with { JoinedSeq = 11 };
        (await DoAsync(verb)).Refusal.Should().Be(MessageFacts.NoSuchMessage);
        _there.Message = null;
        (await DoAsync(verb)).Refusal.Should().Be(MessageFacts.NoSuchMessage);
    }

    [Theory]
    [InlineData("edit", RefusalCode.NotFound)]
    [InlineData("pin", RefusalCode.NotFound)]
    [InlineData("react", RefusalCode.NotFound)]
    [InlineData("delete", null)]
    public async Task Of_a_message_that_is_gone_only_its_deletion_can_be_repeated(string verb, RefusalCode? refusal)
    {
        Become(MemberRole.Owner);
        _there.Message = _there.Message! with { Text = null };
        (await DoAsync(verb)).Refusal?.Code.Should().Be(refusal);
        _there.Events.Should().BeEmpty();
    }

    [Theory]
    [InlineData("edit", RefusalCode.Muted)]
    [InlineData("react", RefusalCode.Muted)]
    [InlineData("unreact", null)]
    [InlineData("delete", null)]
    public async Task Who_is_muted_says_nothing_new_but_may_take_back(string verb, RefusalCode? refusal)
    {
        _there.Membership = _there.Membership! with { MutedUntil = ScriptedMessage.MadeAt + TimeSpan.FromHours(1) };
        var outcome = await DoAsync(verb, after: TimeSpan.FromMinutes(10));
        (outcome.Refusal?.Code).Should().Be(refusal);
        if (refusal is not null) outcome.Refusal!.RetryAfter.Should().Be(TimeSpan.FromMinutes(50));
    }

    [Theory]
    [InlineData("edit", true)]
    [InlineData("react", true)]
    [InlineData("pin", true)]
    [InlineData("unreact", false)]
    [InlineData("delete", false)]
    public async Task Who_is_blocked_says_nothing_new_in_the_direct_room_but_may_take_back(string verb, bool isRefused)
    {
        _there.Room = _there.Room with { Kind = RoomKind.Direct };
        _there.Membership = _there.Membership! with { Blocked = true };
        (await DoAsync(verb)).Refusal.Should().Be(isRefused ? RoomRights.Blocked : null);
    }

    [Fact]
    public async Task An_edit_gives_another_text_and_the_same_text_is_no_event()
    {
        (await DoAsync("edit", text: "hello")).Value.EditedAt.Should().BeNull();
        _there.Events.Should().BeEmpty();

        var edited = (await DoAsync("edit", text: "hello there")).Value;

        edited.Should().Match<Message>(m => m.Text == "hello there" && m.Rev == 21 && m.Seq == 10 && m.EditedAt != null);
        _there.Events.Should().Equal(new MessageEdited(edited, 21, ScriptedMessage.MadeAt));
    }

    [Fact]
    public async Task An_edit_is_for_its_author_while_the_window_is_open()
    {
        (await DoAsync("edit", after: RoomSettings.DefaultEditWindow)).Refusal.Should().BeNull();
        (await DoAsync("edit", after: RoomSettings.DefaultEditWindow + TimeSpan.FromMilliseconds(1), text: "x")).Refusal!.Code.Should().Be(RefusalCode.EditWindowClosed);
        Become(MemberRole.Owner);
        (await DoAsync("edit", after: RoomSettings.DefaultEditWindow + TimeSpan.FromMilliseconds(1), text: "x")).Refusal!.Code.Should().Be(RefusalCode.EditWindowClosed);
        (await DoAsync("edit", by: "bob", text: "x")).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
    }

    [Theory]
    [InlineData(MemberRole.Member, false)]
    [InlineData(MemberRole.Moderator, true)]
    [InlineData(MemberRole.Owner, true)]
    public async Task An_edit_mentions_whom_the_new_text_does_and_all_where_a_moderator_says_so(MemberRole role, bool mayAddressAll)
    {
        _there.Message = _there.Message! with { Mentions = [UserId.Parse("carol")], MentionsAll = true };
        Become(role);

        var edited = (await DoAsync("edit", text: "@bob @alice @nobody and @all")).Value;

        edited.Mentions.Should().Equal(UserId.Parse("bob"));
        edited.MentionsAll.Should().Be(mayAddressAll);
        (await DoAsync("edit", text: "to nobody")).Value.Should().Match<Message>(m => m.Mentions.Count == 0 && !m.MentionsAll);
    }

    [Fact]
    public async Task An_edit_mentions_nobody_who_has_blocked_its_author()
    {
        _people.Blockers.Add(UserId.Parse("bob"));
        (await DoAsync("edit", text: "@bob @carol")).Value.Mentions.Should().Equal(UserId.Parse("carol"));
    }

    [Theory]
    [InlineData(MessageType.Thread, true)]
    [InlineData(MessageType.Temp, true)]
    [InlineData(MessageType.System, false)]
    [InlineData(MessageType.Image, false)]
    public async Task Texts_are_edited_and_nothing_else(MessageType type, bool isEdited)
    {
        _there.Message = _there.Message! with { Type = type };
        ((await DoAsync("edit", text: "x")).Refusal is null).Should().Be(isEdited);
    }

    [Fact]
    public async Task Words_that_were_forwarded_stay_those_of_who_said_them()
    {
        _there.Message = _there.Message! with { Forwarded = new MessageQuote(RoomId: null, _there.Message!.Id, UserId.Parse("bob"), "Bob", "hello") };
        (await DoAsync("edit", text: "never said")).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        _there.Events.Should().BeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("\0")]
    public async Task A_text_that_could_not_be_posted_is_no_edit_either(string text) =>
        (await DoAsync("edit", text: text)).Refusal!.Code.Should().Be(RefusalCode.Invalid);

    [Fact]
    public async Task Half_of_a_surrogate_pair_is_no_text() => (await DoAsync("edit", text: "\uD83D")).Refusal!.Code.Should().Be(RefusalCode.Invalid);

    [Fact]
    public async Task A_room_that_is_read_only_is_so_for_edits()
    {
        _there.Room = _there.Room with { Settings = _there.Room.Settings with { ReadOnly = true } };
        (await DoAsync("edit", text: "x")).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        Become(MemberRole.Moderator);
        (await DoAsync("edit", text: "x")).Refusal.Should().BeNull();
    }

    [Fact]
    public async Task A_deletion_is_for_its_sender_while_the_window_is_open_and_for_moderators_always()
    {
        var late = RoomSettings.DefaultDeleteWindow + TimeSpan.FromMilliseconds(1);
        (await DoAsync("delete", after: late)).Refusal!.Code.Should().Be(RefusalCode.EditWindowClosed);
        (await DoAsync("delete", by: "bob")).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        Become(MemberRole.Moderator);
        (await DoAsync("delete", by: "bob", after: late)).Value.DeletedAt.Should().NotBeNull();
    }

    [Fact]
    public async Task A_deleted_message_keeps_its_place_and_nothing_else_and_a_pin_is_taken_away_before()
    {
        var quote = new MessageQuote(RoomId: null, _there.Message!.Id, UserId.Parse("bob"), "Bob", "what?");
        _there.Message = _there.Message with
        {
            Mentions = [UserId.Parse("bob")],
            MentionsAll = true,
            Reactions = [new ReactionCount("👍", 1, [UserId.Parse("bob")])],
            PinnedAt = ScriptedMessage.MadeAt,
            EditedAt = ScriptedMessage.MadeAt,
            Quote = quote,
            Forwarded = quote,
            Data = "{}",
            ReplyCount = 3,
        };
        var before = _there.Message;

        var gone = (await DoAsync("delete")).Value;

        gone.Should().BeEquivalentTo(before with
        {
            Text = null,
            Mentions = [],
            MentionsAll = false,
            Reactions = [],
            PinnedAt = null,
            Quote = null,
            Forwarded = null,
            Data = null,
            DeletedAt = ScriptedMessage.MadeAt,
            Rev = 22,
        });
        _there.Events.Select(e => (e.Name, e.Seq)).Should().Equal(("message.unpinned", 21), ("message.deleted", 22));
        _there.Events.Should().OnlyContain(e => ((MessageEvent)e).Message == gone, "nobody is told once more what is gone");
    }

    [Theory]
    [InlineData(RoomKind.Direct, MemberRole.Member, true)]
    [InlineData(RoomKind.Group, MemberRole.Member, false)]
    [InlineData(RoomKind.Group, MemberRole.Moderator, true)]
    [InlineData(RoomKind.Group, MemberRole.Owner, true)]
    public async Task Both_pin_in_a_direct_room_and_moderators_in_a_group(RoomKind kind, MemberRole role, bool may)
    {
        _there.Room = _there.Room with { Kind = kind };
        Become(role);
        ((await DoAsync("pin")).Refusal?.Code).Should().Be(may ? null : RefusalCode.Forbidden);
        ((await DoAsync("unpin")).Refusal?.Code).Should().Be(may ? null : RefusalCode.Forbidden);
        _there.Events.Select(e => e.Name).Should().Equal(may ? ["message.pinned", "message.unpinned"] : []);
    }

    [Fact]
    public async Task A_pin_that_is_there_is_no_event_and_a_room_has_a_hundred()
    {
        Become(MemberRole.Owner);
        (await DoAsync("unpin")).Refusal.Should().BeNull();
        _there.Room = _there.Room with { PinnedCount = PinMessage.MostPinned };
        (await DoAsync("pin")).Refusal!.Code.Should().Be(RefusalCode.Conflict);
        _there.Message = _there.Message! with { PinnedAt = ScriptedMessage.MadeAt };
        (await DoAsync("pin")).Refusal.Should().BeNull();
        _there.Events.Should().BeEmpty();
    }

    [Fact]
    public async Task A_message_has_twenty_different_reactions()
    {
        _there.Message = _there.Message! with
        {
            Reactions = [.. Enumerable.Range(0, ReactToMessage.MostEmoji).Select(i => new ReactionCount(char.ConvertFromUtf32(0x1F600 + i), 1, [UserId.Parse("bob")]))],
        };
        (await DoAsync("react", emoji: "👍")).Refusal!.Code.Should().Be(RefusalCode.Conflict);
        (await DoAsync("react", emoji: "😀")).Value.Reactions[0].Should().BeEquivalentTo(new ReactionCount("😀", 2, [UserId.Parse("bob"), UserId.Parse("alice")]));
    }

    [Fact]
    public async Task What_is_no_emoji_is_no_reaction() => (await DoAsync("react", emoji: "a")).Refusal!.Code.Should().Be(RefusalCode.Invalid);

    private void Become(MemberRole role) => _there.Membership = _there.Membership! with { Role = role };

    private async Task<Outcome<Message>> DoAsync(string verb, string by = "alice", TimeSpan after = default, string text = "another", string emoji = "👍")
    {
        var (caller, room, clock) = (ScriptedMessage.CallerOf(by), _there.Room.Id, new StoppedClock(ScriptedMessage.MadeAt + after));
        var id = _there.Message?.Id ?? default;
        return verb switch
        {
            "edit" => await new EditMessage(_there, new Mentions(_people, _people), clock).ExecuteAsync(caller, room, id, text, CancellationToken.None),
            "delete" => await new DeleteMessage(_there, clock).ExecuteAsync(caller, room, id, CancellationToken.None),
            "pin" or "unpin" => await new PinMessage(_there).ExecuteAsync(caller, room, id, verb == "pin", CancellationToken.None),
            _ => await new ReactToMessage(_there, clock).ExecuteAsync(caller, room, id, emoji, verb == "react", CancellationToken.None),
        };
    }
}
