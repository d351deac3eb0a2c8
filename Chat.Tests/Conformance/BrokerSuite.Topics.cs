using Chat.Domain.Brokering;

namespace Chat.Tests.Conformance;

/// <summary>Topics and exchanges, and the subscriptions to them that are kept.</summary>
public abstract partial class BrokerSuite
{
    [SuiteFact]
    public async Task Everybody_who_listens_to_a_topic_gets_each_message()
    {
        var topic = NewTopic("news");
        var (one, two) = (await Open().ListenAsync(topic), await Open().ListenAsync(topic));
        var client = Open();
        var three = await client.ListenAsync(topic);

        await client.PublishAsync(topic, "1");

        foreach (var listener in new[] { one, two, three })
        {
            var got = await listener.NextAsync();
            Text.Of(got).Should().Be("1");
            got.Source.Should().Be(topic);
        }
    }

    [SuiteFact]
    public async Task A_star_is_one_word_of_a_key_and_a_hash_is_any_number()
    {
        var root = Guid.NewGuid().ToString("N");
        string[] keys = ["a", "a.b", "a.b.c", "b", "b.a", "", "a.b.b.c"];
        (string Pattern, string[] Matches)[] table =
        [
            ("a", ["a"]),
            ("*", ["a", "b"]),
            ("a.*", ["a.b"]),
            ("*.b", ["a.b"]),
            ("a.#", ["a", "a.b", "a.b.c", "a.b.b.c"]),
            ("#.c", ["a.b.c", "a.b.b.c"]),
            ("a.*.c", ["a.b.c"]),
            ("a.#.c", ["a.b.c", "a.b.b.c"]),
            ("#.b.#", ["a.b", "a.b.c", "b", "b.a", "a.b.b.c"]),
            ("#", ["a", "a.b", "a.b.c", "b", "b.a", "", "a.b.b.c"]),
        ];
        var client = Open();
        var listeners = new List<(string[] Matches, Listener Listener)>();
        foreach (var (pattern, matches) in table) listeners.Add((matches, await client.ListenAsync(new TopicAddress($"{root}.{pattern}"))));

        foreach (var key in keys) await client.PublishAsync(new TopicAddress(key.Length == 0 ? root : $"{root}.{key}"), key);
        // Each listener gets the last one, so that nothing else can be on its way.
        foreach (var (pattern, _) in table) await client.PublishAsync(new TopicAddress($"{root}.{pattern.Replace("#", "x.y.z").Replace('*', 'w')}"), "end");

        foreach (var (matches, listener) in listeners)
        {
            var heard = new List<string>();
            while (await listener.NextTextAsync() is var text && text != "end") heard.Add(text);
            heard.Should().Equal(keys.Where(matches.Contains));
        }
    }

    [SuiteFact]
    public async Task A_message_to_a_topic_that_nobody_listens_to_is_done()
    {
        var topic = NewTopic("nobody");
        var client = Open();
        await client.PublishAsync(topic, "1");

        var listener = await client.ListenAsync(topic);
        await client.PublishAsync(topic, "2");

        (await listener.NextTextAsync()).Should().Be("2");
    }

    [SuiteFact]
    public async Task A_listener_that_has_left_a_topic_hears_no_more_of_it()
    {
        var (left, stayed) = (NewTopic("left"), NewTopic("stayed"));
        var client = Open();
        var (leaving, staying) = (await client.ListenAsync(left), await client.ListenAsync(stayed));
        await leaving.Subscription.DisposeAsync();
        await leaving.Subscription.DisposeAsync();
        leaving.WhenTold = _ => throw new InvalidOperationException("It has left.");
        var again = await client.ListenAsync(left);

        await client.PublishAsync(left, "1");
        await client.PublishAsync(stayed, "2");

        (await again.NextTextAsync()).Should().Be("1");
        (await staying.NextTextAsync()).Should().Be("2");
        client.Failures.Should().BeEmpty();
    }

    [SuiteFact]
    public async Task An_exchange_is_named_with_a_key()
    {
        var key = Guid.NewGuid().ToString("N");
        var client = Open();
        // Every AMQP broker has these two (AMQP 0-9-1, section 3.1.3).
        var (direct, fanout) = (new ExchangeAddress("amq.direct", key), new ExchangeAddress("amq.fanout", key));
        var (one, other, all) = (await client.ListenAsync(direct), await client.ListenAsync(direct with { Key = key + ".x" }), await client.ListenAsync(fanout with { Key = "" }));

        await client.PublishAsync(direct, "to one");
        await client.PublishAsync(direct with { Key = key + ".x" }, "to the other");
        await client.PublishAsync(fanout, key);

        var got = await one.NextAsync();
        Text.Of(got).Should().Be("to one");
        got.Source.Should().Be(direct);
        (await other.NextTextAsync()).Should().Be("to the other");
        while (await all.NextAsync() is var heard && Text.Of(heard) != key) heard.Source.Should().NotBe(fanout);
    }

    [SuiteFact]
    public async Task The_exchange_of_the_topics_has_a_name_too()
    {
        var topic = NewTopic("named");
        var client = Open();
        var listener = await client.ListenAsync(new ExchangeAddress("amq.topic", topic.Key));

        await client.PublishAsync(new ExchangeAddress("amq.topic", topic.Key), "1");
        await client.PublishAsync(topic, "2");

        (await listener.TakeAsync(2)).Select(delivery => (Text.Of(delivery), delivery.Source)).Should().Equal(("1", topic), ("2", topic));
    }

    [SuiteFact]
    public async Task An_exchange_that_is_not_there_is_not_made()
    {
        var missing = new ExchangeAddress($"exchange-{Guid.NewGuid():N}", "key");

        await RefusedAsync(BrokerFailure.NotFound, client => client.PublishAsync(missing, "1"));
        await RefusedAsync(BrokerFailure.NotFound, client => client.ListenAsync(missing));
    }

    [SuiteFact]
    public async Task Listeners_that_name_one_queue_share_what_comes_to_it()
    {
        var topic = NewTopic("shared");
        var parameters = new QueueParameters { Name = NewQueue().Name, IsExclusive = false };
        var listening = new ConsumeParameters { Prefetch = 2, IsSettledByListener = true };
        var (one, two) = (await Open().ListenAsync(topic, parameters, listening), await Open().ListenAsync(topic, parameters, listening));
        var client = Open();

        for (var i = 1; i <= 4; i++) await client.PublishAsync(topic, $"{i}");

        (await one.TakeAsync(2)).Concat(await two.TakeAsync(2)).Select(Text.Of).Should().BeEquivalentTo("1", "2", "3", "4");
    }

    [SuiteFact]
    public async Task A_subscription_that_is_kept_gets_what_its_owner_has_missed()
    {
        var topic = NewTopic("kept");
        var kept = new ConsumeParameters { DurableName = $"reader of {topic.Key}" };
        var client = Open();
        await using (var reader = Open())
        {
            var listener = await reader.ListenAsync(topic, queue: null, kept);
            await client.PublishAsync(topic, "1");
            (await listener.NextTextAsync()).Should().Be("1");
            await client.PublishAsync(topic, "2");
            (await listener.NextTextAsync()).Should().Be("2");
            await listener.Subscription.DisposeAsync();
        }
        await client.PublishAsync(topic, "3");
        await client.PublishAsync(topic, "4");

        var again = await Open().ListenAsync(topic, queue: null, kept);

        var got = await again.NextTextAsync();
        // The second call may not have returned when the subscription ended.
        if (got == "2") got = await again.NextTextAsync();
        got.Should().Be("3");
        (await again.NextTextAsync()).Should().Be("4");
    }

    [SuiteFact]
    public async Task Subscriptions_that_are_kept_are_told_apart_by_name_and_topic()
    {
        var (topic, other) = (NewTopic("one"), NewTopic("other"));
        var (kept, another) = (new ConsumeParameters { DurableName = $"a {topic.Key}" }, new ConsumeParameters { DurableName = $"b {topic.Key}" });
        await using (var reader = Open())
        {
            await reader.ListenAsync(topic, queue: null, kept);
            await reader.ListenAsync(topic, queue: null, another);
            await reader.ListenAsync(other, queue: null, kept);
        }
        var client = Open();
        await client.PublishAsync(topic, "1");
        await client.PublishAsync(other, "2");

        (await (await client.ListenAsync(topic, queue: null, kept)).NextTextAsync()).Should().Be("1");
        (await (await client.ListenAsync(topic, queue: null, another)).NextTextAsync()).Should().Be("1");
        (await (await client.ListenAsync(other, queue: null, kept)).NextTextAsync()).Should().Be("2");
    }

    [SuiteFact]
    public async Task A_subscription_that_is_deleted_is_kept_no_longer()
    {
        var topic = NewTopic("deleted");
        var kept = new ConsumeParameters { DurableName = $"reader of {topic.Key}" };
        var client = Open();
        await (await client.ListenAsync(topic, queue: null, kept)).Subscription.DeleteAsync();
        await client.PublishAsync(topic, "missed");

        var listener = await client.ListenAsync(topic, queue: null, kept);
        await client.PublishAsync(topic, "heard");

        (await listener.NextTextAsync()).Should().Be("heard");
    }

    [SuiteFact]
    public async Task To_delete_any_other_subscription_is_to_end_it()
    {
        var queue = NewQueue();
        var client = Open();
        var listener = await client.ListenAsync(queue);

        await listener.Subscription.DeleteAsync();

        await client.PublishAsync(queue, "1");
        (await (await client.ListenAsync(new ExistingQueueAddress(queue.Name))).NextTextAsync()).Should().Be("1");
    }

    private static TopicAddress NewTopic(string word) => new($"{word}.{Guid.NewGuid():N}");
}
