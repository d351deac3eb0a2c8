using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;
using Chat.Domain.Webhooks;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Conformance;

/// <summary>What the store of webhooks promises, and what posting by one comes to, on whatever database.</summary>
public abstract class WebhookSuite(StoreDatabase database) : StoreSuite(database)
{
    private readonly Caller _alice = CallerOf("alice");
    private readonly Caller _bob = CallerOf("bob");

    private MakeWebhook Make => new(Node.Webhooks, TimeProvider.System);

    private RoomWebhooks Webhooks => new(Node.Webhooks, Node.Rooms);

    private PostByWebhook Post => new(Node.Webhooks, Node.Users, new PostSystemMessage(Node.Messages, TimeProvider.System));

    [SuiteFact]
    public async Task A_webhook_is_listed_in_its_room_and_opened_by_its_own_secret_until_it_is_taken_away()
    {
        var (room, other) = (await Node.CreateRoomAsync(_alice.Id), await Node.CreateRoomAsync(_alice.Id));
        var (first, secret) = await MakeAsync(room, "빌드");
        var (second, secondSecret) = await MakeAsync(room, "second");
        var (elsewhere, _) = await MakeAsync(other, "빌드");

        (await ListAsync(room)).Select(Shown).Should().BeEquivalentTo([Shown(first), Shown(second)]);
        (await ListAsync(other)).Select(Shown).Should().Equal(Shown(elsewhere));
        Shown((await Post.FindAsync($"{first.Id}", secret, CancellationToken.None)).Value).Should().Be(Shown(first));
        var refusals = new[]
        {
            await Post.FindAsync($"{first.Id}", secondSecret, CancellationToken.None), await Post.FindAsync($"{WebhookId.New(DateTimeOffset.UtcNow)}", secret, CancellationToken.None),
            await Post.FindAsync($"{first.Id}", "", CancellationToken.None), await Post.FindAsync("no id", secret, CancellationToken.None),
            await Post.FindAsync($"{first.Id}", WebhookSecret.Of(secret).Hash, CancellationToken.None),
        };
        refusals.Select(found => found.Refusal).Distinct().Should().ContainSingle().Which!.Code.Should().Be(RefusalCode.NotFound);

        // By an id of another room nothing goes.
        (await Webhooks.RemoveAsync(_alice, other.Id, first.Id, CancellationToken.None)).Should().BeNull();
        (await ListAsync(room)).Should().HaveCount(2);
        for (var i = 0; i < 2; i++) (await Webhooks.RemoveAsync(_alice, room.Id, first.Id, CancellationToken.None)).Should().BeNull();
        (await ListAsync(room)).Select(Shown).Should().Equal(Shown(second));
        (await Post.FindAsync($"{first.Id}", secret, CancellationToken.None)).Refusal.Should().Be(refusals[0].Refusal);
    }

    [SuiteFact]
    public async Task The_database_has_no_secret()
    {
        var (_, secret) = await MakeAsync(await Node.CreateRoomAsync(_alice.Id), "x");

        var kept = await Node.QueryAsync<string>("select secret_hash from webhooks");

        kept.Should().Equal(WebhookSecret.Of(secret).Hash);
    }

    [SuiteFact]
    public async Task However_many_make_one_at_once_a_room_has_no_more_than_ten()
    {
        var room = await Node.CreateRoomAsync(_alice.Id);
        await using var second = await StartNodeAsync();

        var made = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            new MakeWebhook((i % 2 == 0 ? Node : second).Webhooks, TimeProvider.System).ExecuteAsync(_alice, room.Id, $"{i}", CancellationToken.None).AsTask()));

        made.Count(outcome => outcome.Refusal is null).Should().Be(Webhook.MostInRoom);
        made.Where(outcome => outcome.Refusal is not null).Should().OnlyContain(outcome => outcome.Refusal!.Code == RefusalCode.Conflict);
        (await ListAsync(room)).Should().HaveCount(Webhook.MostInRoom);
    }

    [SuiteFact]
    public async Task What_it_posts_is_a_SYSTEM_message_in_its_name_now_and_in_the_history_after_it_is_gone()
    {
        var room = await Node.CreateRoomAsync(_alice.Id, _bob.Id);
        var (webhook, _) = await MakeAsync(room, "빌드 서버");

        var posted = await PostAsync(webhook, "done", "k", """{"build":7}""");
        await PostAsync(webhook, "done", key: null);
        await Webhooks.RemoveAsync(_alice, room.Id, webhook.Id, CancellationToken.None);

        posted.Value.Message.Should().Match<Message>(m => m.Type == MessageType.System && m.Sender == webhook.Sender && m.Data == """{"build":7}""" && m.ClientMessageId == "k");
        await using var second = await StartNodeAsync();
        var history = await second.Messages.ReadAsync(room.Id, MessageRange.Of(before: null, after: null), 10, CancellationToken.None);
        history.Select(m => (m.Type, m.Sender.Id.Value, m.Sender.Name, m.Text)).Should().Equal(
            (MessageType.System, $"webhook:{webhook.Id}", "빌드 서버", "done"), (MessageType.System, $"webhook:{webhook.Id}", "빌드 서버", "done"));
        (await Node.ListingAsync(room.Id, _bob.Id)).UnreadCount.Should().Be(2);
        (await Node.Rooms.ListMembersAsync(room.Id, after: null, 10, CancellationToken.None)).Should().HaveCount(2);
    }

    [SuiteFact]
    public async Task A_key_is_that_of_one_webhook_and_a_repeat_posts_nothing()
    {
        var room = await Node.CreateRoomAsync(_alice.Id);
        var ((one, _), (other, _)) = (await MakeAsync(room, "one"), await MakeAsync(room, "other"));

        var first = (await PostAsync(one, "first", "k")).Value;
        var again = (await PostAsync(one, "said otherwise", "k")).Value;
        var theirs = (await PostAsync(other, "theirs", "k")).Value;
        for (var i = 0; i < 2; i++) (await PostAsync(one, "without", key: null)).Value.Repeated.Should().BeFalse();

        (first.Repeated, again.Repeated, theirs.Repeated).Should().Be((false, true, false));
        (again.Message.Id, again.Message.Text).Should().Be((first.Message.Id, "first"));
        (await Node.Messages.ReadAsync(room.Id, MessageRange.Of(before: null, after: null), 10, CancellationToken.None)).Should().HaveCount(4);
    }

    [SuiteFact]
    public async Task Nothing_is_posted_that_a_service_could_not_say_nor_to_a_closed_room()
    {
        var room = await Node.CreateRoomAsync(_alice.Id);
        var (webhook, _) = await MakeAsync(room, "x");

        foreach (var (text, key, data) in new[] { (" ", null, null), ("x", " ", null), ("x", new string('k', 129), null), ("x", "k", $$"""{"a":"{{new string('x', 16 * 1024)}}"}""") })
            (await PostAsync(webhook, text, key, data)).Refusal!.Code.Should().Be(RefusalCode.Invalid);
        await Node.Settings.CloseAsync(room.Id, _alice.Id, _ => null, CancellationToken.None);

        (await PostAsync(webhook, "x", key: null)).Refusal!.Code.Should().Be(RefusalCode.Forbidden);
        (await Node.Messages.ReadAsync(room.Id, MessageRange.Of(before: null, after: null), 10, CancellationToken.None)).Should().BeEmpty();
    }

    [SuiteFact]
    public async Task It_stays_when_who_made_it_goes_and_any_moderator_takes_it_away()
    {
        var room = await Node.CreateRoomAsync(_alice.Id, _bob.Id);
        await Node.Members.ChangeAsync(room.Id, _alice.Id, _bob.Id, facts => Outcome.Of<IReadOnlyList<Membership>>([facts.Other! with { Role = MemberRole.Moderator }]), CancellationToken.None);
        var (webhook, _) = await MakeAsync(room, "bob's", _bob);
        await Node.Members.RemoveAsync(room.Id, _alice.Id, _bob.Id, ban: true, _ => null, CancellationToken.None);

        (await PostAsync(webhook, "still here", key: null)).Refusal.Should().BeNull();
        (await Webhooks.ListAsync(_bob, room.Id, CancellationToken.None)).Refusal.Should().Be(Refusal.NotMember);
        (await Webhooks.RemoveAsync(_bob, room.Id, webhook.Id, CancellationToken.None)).Should().Be(Refusal.NotMember);
        (await ListAsync(room)).Should().ContainSingle().Which.CreatedBy.Should().Be(_bob.Id);
        (await Webhooks.RemoveAsync(_alice, room.Id, webhook.Id, CancellationToken.None)).Should().BeNull();
        (await ListAsync(room)).Should().BeEmpty();
    }

    private static Caller CallerOf(string name) => new(UserId.Parse(name), name, AvatarUrl: null, Roles: []);

    private async Task<(Webhook Webhook, string Secret)> MakeAsync(Room room, string name, Caller? caller = null)
    {
        var (webhook, secret) = (await Make.ExecuteAsync(caller ?? _alice, room.Id, name, CancellationToken.None)).Value;
        return (webhook, secret.Text);
    }

    private Task<Outcome<PostedMessage>> PostAsync(Webhook webhook, string text, string? key, string? data = null) =>
        Post.ExecuteAsync(webhook, new SystemMessage(key, webhook.RoomId, text, data), CancellationToken.None);

    private async Task<IReadOnlyList<Webhook>> ListAsync(Room room) => (await Webhooks.ListAsync(_alice, room.Id, CancellationToken.None)).Value;

    /// <summary>As precise as it is kept.</summary>
    private static object Shown(Webhook webhook) => (webhook.Id, webhook.RoomId, webhook.Name, webhook.CreatedBy, webhook.CreatedAt.ToUnixTimeMilliseconds());
}

public sealed class SqliteWebhookTests() : WebhookSuite(StoreDatabase.Sqlite);

[Needs(Server.MariaDb)]
public sealed class MySqlWebhookTests() : WebhookSuite(StoreDatabase.MySql);

[Needs(Server.Postgres)]
public sealed class PostgresWebhookTests() : WebhookSuite(StoreDatabase.Postgres);
