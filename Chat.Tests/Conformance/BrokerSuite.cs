using Chat.Domain.Brokering;

namespace Chat.Tests.Conformance;

/// <summary>
/// What every broker promises to the sessions of one gateway. That something does not come is shown by what comes after it, or by who else gets it.
/// </summary>
public abstract partial class BrokerSuite : IAsyncLifetime
{
    private readonly List<BrokerClient> _clients = [];
    private BrokerNode _node = null!;

    public async Task InitializeAsync() => _node = await StartBrokerAsync();

    public async Task DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        await _node.DisposeAsync();
    }

    private protected abstract Task<BrokerNode> StartBrokerAsync();

    [SuiteFact]
    public async Task A_message_arrives_with_every_octet_property_and_header_unchanged()
    {
        var queue = NewQueue();
        var body = Enumerable.Range(0, 256).Select(octet => (byte)octet).ToArray();
        var sent = new BrokerMessage(body)
        {
            ContentType = "application/json;charset=utf-8",
            ContentEncoding = "gzip",
            IsPersistent = true,
            Priority = 7,
            CorrelationId = "질문 7",
            ReplyTo = "/reply-queue/나",
            Expiration = TimeSpan.FromMinutes(10),
            MessageId = "m-1",
            Timestamp = DateTimeOffset.FromUnixTimeSeconds(1_767_225_600),
            Type = "order.placed",
            // RabbitMQ takes only the name that the gateway has logged in with.
            UserId = "guest",
            AppId = "shop",
            Headers = [new("z", "last first"), new("a", ""), new("x-색", "파랑 \n\\:"), new("Z", "a name of its own")],
        };
        var client = Open();

        await client.PublishAsync(queue, sent);
        var got = await (await client.ListenAsync(queue)).NextAsync();

        got.Source.Should().Be(queue);
        got.IsRedelivered.Should().BeFalse();
        got.Message.Body.ToArray().Should().Equal(body);
        got.Message.Headers.Should().Equal(sent.Headers);
        got.Message.Should().Be(sent with { Body = got.Message.Body, Headers = got.Message.Headers });
    }

    [SuiteFact]
    public async Task What_a_sender_does_not_say_is_not_there()
    {
        var queue = NewQueue();
        var client = Open();

        await client.PublishAsync(queue, new BrokerMessage(ReadOnlyMemory<byte>.Empty));
        var got = (await (await client.ListenAsync(queue)).NextAsync()).Message;

        got.Headers.Should().BeEmpty();
        got.Should().Be(new BrokerMessage(got.Body) { Headers = got.Headers });
        got.Body.Length.Should().Be(0);
    }

    [SuiteFact]
    public async Task A_body_of_a_mebibyte_arrives_whole()
    {
        var queue = NewQueue();
        var body = new byte[1024 * 1024];
        Random.Shared.NextBytes(body);
        var client = Open();
        var listener = await client.ListenAsync(queue);

        await client.PublishAsync(queue, new BrokerMessage(body));

        (await listener.NextAsync()).Message.Body.Span.SequenceEqual(body).Should().BeTrue();
    }

    [SuiteFact]
    public async Task Messages_that_are_sent_without_waiting_arrive_in_the_order_of_the_calls()
    {
        const int Count = 1_000;
        var (queue, other) = (NewQueue(), NewQueue());
        var client = Open();
        var listener = await Open().ListenAsync(queue);

        // Every tenth goes elsewhere, to a queue that has to be made first.
        var sending = Enumerable.Range(0, Count).Select(i => client.PublishAsync(i % 10 == 0 ? other : queue, $"{i}")).ToList();
        await Task.WhenAll(sending);

        for (var i = 0; i < Count; i++)
        {
            if (i % 10 != 0) (await listener.NextTextAsync()).Should().Be($"{i}");
        }
    }

    [SuiteFact]
    public async Task A_queue_keeps_what_was_sent_before_anybody_listened()
    {
        var queue = NewQueue();
        await using (var sender = Open())
        {
            await sender.PublishAsync(queue, "1");
            await sender.PublishAsync(queue, "2");
        }

        var listener = await Open().ListenAsync(queue);

        (await listener.NextTextAsync()).Should().Be("1");
        (await listener.NextTextAsync()).Should().Be("2");
    }

    [SuiteFact]
    public async Task What_was_called_before_a_session_is_disposed_of_is_still_sent()
    {
        var queue = NewQueue();
        var sender = Open();
        var sending = Enumerable.Range(1, 100).Select(i => sender.PublishAsync(queue, $"{i}")).ToList();

        await sender.DisposeAsync();

        await Task.WhenAll(sending);
        var listener = await Open().ListenAsync(queue);
        for (var i = 1; i <= 100; i++) (await listener.NextTextAsync()).Should().Be($"{i}");
    }

    [SuiteFact]
    public async Task Those_who_listen_to_a_queue_share_its_messages()
    {
        var queue = NewQueue();
        var client = Open();
        var (one, two) = (await Open().ListenAndSettleAsync(queue, prefetch: 5), await Open().ListenAndSettleAsync(queue, prefetch: 5));

        for (var i = 0; i < 10; i++) await client.PublishAsync(queue, $"{i}");

        var texts = (await one.TakeAsync(5)).Concat(await two.TakeAsync(5)).Select(Text.Of);
        texts.Should().BeEquivalentTo(Enumerable.Range(0, 10).Select(i => $"{i}"));
    }

    [SuiteFact]
    public async Task A_listener_has_no_more_unsettled_than_it_wants()
    {
        var queue = NewQueue();
        var client = Open();
        for (var i = 1; i <= 5; i++) await client.PublishAsync(queue, $"{i}");

        var first = await Open().ListenAndSettleAsync(queue, prefetch: 2);
        var held = await first.TakeAsync(2);
        var second = await Open().ListenAndSettleAsync(queue, prefetch: 3);

        (await second.TakeAsync(3)).Select(Text.Of).Should().Equal("3", "4", "5");
        await client.PublishAsync(queue, "6");
        await first.SettleAsync(held[0], Settlement.Accept);
        (await first.NextTextAsync()).Should().Be("6");
    }

    [SuiteFact]
    public async Task The_listeners_of_a_session_are_called_one_at_a_time_and_the_next_waits_until_the_last_is_done()
    {
        var (queue, other) = (NewQueue(), NewQueue());
        var client = Open();
        var (listener, second) = (await client.ListenAsync(queue), await client.ListenAsync(other));
        var gate = new TaskCompletionSource();
        var busy = 0;
        var overlaps = 0;
        async Task Told(BrokerDelivery delivery)
        {
            if (Interlocked.Increment(ref busy) != 1) Interlocked.Increment(ref overlaps);
            await gate.Task;
            await Task.Yield();
            Interlocked.Decrement(ref busy);
        }
        (listener.WhenTold, second.WhenTold) = (Told, Told);

        for (var i = 0; i < 20; i++)
        {
            await client.PublishAsync(queue, $"{i}");
            await client.PublishAsync(other, $"{i}");
        }
        gate.SetResult();

        await listener.TakeAsync(20);
        await second.TakeAsync(20);
        overlaps.Should().Be(0);
        listener.WasCalledByTwoAtOnce.Should().BeFalse();
    }

    [SuiteFact]
    public async Task What_a_listener_need_not_settle_is_done_with_when_its_call_returns()
    {
        var queue = NewQueue();
        var client = Open();
        await client.PublishAsync(queue, "1");
        await client.PublishAsync(queue, "2");
        await using (var reader = Open())
            (await (await reader.ListenAsync(queue)).TakeAsync(2)).Select(Text.Of).Should().Equal("1", "2");

        await client.PublishAsync(queue, "3");

        // The second call may not have returned when the session ended.
        (await (await client.ListenAsync(queue)).NextTextAsync()).Should().BeOneOf("2", "3");
    }

    [SuiteFact]
    public async Task What_is_not_settled_comes_again_in_its_old_place_when_the_session_ends()
    {
        var queue = NewQueue();
        var client = Open();
        for (var i = 1; i <= 6; i++) await client.PublishAsync(queue, $"{i}");
        await using (var reader = Open())
        {
            var listener = await reader.ListenAndSettleAsync(queue, prefetch: 5);
            var held = await listener.TakeAsync(5);
            await listener.SettleAsync(held[1], Settlement.Accept);
            (await listener.NextTextAsync()).Should().Be("6");
            await client.PublishAsync(queue, "7");
        }

        var got = await (await client.ListenAsync(queue)).TakeAsync(6);

        got.Select(Text.Of).Should().Equal("1", "3", "4", "5", "6", "7");
        got.Select(delivery => delivery.IsRedelivered).Should().Equal(true, true, true, true, true, false);
    }

    [SuiteFact]
    public async Task A_message_that_is_put_back_comes_again()
    {
        var queue = NewQueue();
        var client = Open();
        var listener = await client.ListenAndSettleAsync(queue, prefetch: 1);
        await client.PublishAsync(queue, "1");
        await client.PublishAsync(queue, "2");

        var first = await listener.NextAsync();
        await listener.SettleAsync(first, Settlement.Requeue);

        var again = await listener.NextAsync();
        Text.Of(again).Should().Be("1");
        again.IsRedelivered.Should().BeTrue();
        again.Tag.Should().NotBe(first.Tag);
        await listener.SettleAsync(again, Settlement.Accept);
        (await listener.NextTextAsync()).Should().Be("2");
    }

    [SuiteFact]
    public async Task A_message_that_is_given_up_is_dropped_or_goes_where_the_queue_says()
    {
        var (plain, careful, dead) = (NewQueue(), NewQueue(), NewQueue());
        var client = Open();
        var graveyard = await client.ListenAsync(dead);
        await client.PublishAsync(plain, "dropped");
        await client.PublishAsync(plain, "next");
        await client.PublishAsync(careful, "kept", DeadLetteringTo(dead));

        var listener = await client.ListenAndSettleAsync(plain, prefetch: 1);
        await listener.SettleAsync(await listener.NextAsync(), Settlement.Reject);
        (await listener.NextTextAsync()).Should().Be("next");

        var other = await client.ListenAndSettleAsync(careful, queue: DeadLetteringTo(dead));
        await other.SettleAsync(await other.NextAsync(), Settlement.Reject);
        var got = await graveyard.NextAsync();
        Text.Of(got).Should().Be("kept");
        got.Source.Should().Be(dead);
    }

    [SuiteFact]
    public async Task What_was_delivered_can_be_settled_after_its_subscription_has_ended()
    {
        var queue = NewQueue();
        var client = Open();
        await client.PublishAsync(queue, "1");
        await client.PublishAsync(queue, "2");
        await using (var reader = Open())
        {
            var listener = await reader.ListenAndSettleAsync(queue);
            var held = await listener.TakeAsync(2);
            await listener.Subscription.DisposeAsync();

            await listener.SettleAsync(held[0], Settlement.Accept);
        }

        (await (await client.ListenAsync(queue)).NextTextAsync()).Should().Be("2");
    }

    [SuiteFact]
    public async Task What_waits_for_a_listener_whose_subscription_ends_goes_to_another()
    {
        var queue = NewQueue();
        var client = Open();
        for (var i = 1; i <= 3; i++) await client.PublishAsync(queue, $"{i}");
        var gate = new TaskCompletionSource();
        var reader = Open();
        var listener = new Listener(reader) { WhenTold = _ => gate.Task };
        var subscription = await reader.Session.ConsumeAsync(queue, QueueParameters.Default, new ConsumeParameters(), listener.OnDeliveryAsync, CancellationToken.None);
        (await listener.NextTextAsync()).Should().Be("1");

        await subscription.DisposeAsync();
        gate.SetResult();

        (await (await client.ListenAsync(queue)).TakeAsync(2)).Select(Text.Of).Should().Equal("2", "3");
    }

    [SuiteFact]
    public async Task A_message_that_a_listener_will_not_take_any_more_when_its_subscription_ends_goes_to_another()
    {
        var (queue, other, client, reader) = (NewQueue(), NewQueue(), Open(), Open());
        await client.PublishAsync(queue, "1");
        await client.PublishAsync(queue, "2");
        var (ended, second) = (new TaskCompletionSource(), await reader.ListenAsync(other));
        var listener = new Listener(reader) { WhenTold = _ => ended.Task };
        var subscription = await reader.Session.ConsumeAsync(
            queue, QueueParameters.Default, new ConsumeParameters { IsSettledByListener = true }, listener.OnDeliveryAsync, CancellationToken.None);
        (await listener.NextTextAsync()).Should().Be("1");

        var ending = subscription.DisposeAsync();
        ended.SetCanceled();
        await ending;

        (await (await client.ListenAsync(queue)).TakeAsync(2)).Select(Text.Of).Should().BeEquivalentTo("1", "2");
        await client.PublishAsync(other, "3");
        (await second.NextTextAsync()).Should().Be("3");
    }

    [SuiteFact]
    public async Task A_message_at_which_its_listener_fails_is_not_lost_and_the_next_one_comes()
    {
        var queue = NewQueue();
        var client = Open();
        await using (var reader = Open())
        {
            var listener = await reader.ListenAsync(queue);
            listener.WhenTold = delivery => Text.Of(delivery) == "1" ? throw new InvalidOperationException("The listener fails at the first message.") : Task.CompletedTask;
            await client.PublishAsync(queue, "1");
            await client.PublishAsync(queue, "2");
            (await listener.TakeAsync(2)).Select(Text.Of).Should().Equal("1", "2");
        }

        (await (await client.ListenAsync(queue)).NextTextAsync()).Should().Be("1");
    }

    private static QueueAddress NewQueue() => new($"queue-{Guid.NewGuid():N}");

    private static QueueParameters With(params (string Name, object Value)[] arguments) =>
        new() { Arguments = arguments.ToDictionary(argument => argument.Name, argument => argument.Value) };

    // The default exchange is the empty name (AMQP 0-9-1, section 3.1.3.1).
    private static QueueParameters DeadLetteringTo(QueueAddress queue, params (string Name, object Value)[] arguments) =>
        With([("x-dead-letter-exchange", ""), ("x-dead-letter-routing-key", queue.Name), .. arguments]);

    private BrokerClient Open()
    {
        var client = _node.Open();
        _clients.Add(client);
        return client;
    }
}
