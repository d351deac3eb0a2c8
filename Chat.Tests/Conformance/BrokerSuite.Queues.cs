using Chat.Domain.Brokering;

namespace Chat.Tests.Conformance;

/// <summary>How queues are made, whose they are, and what their parameters do.</summary>
public abstract partial class BrokerSuite
{
    private static readonly QueueParameters NotDurable = new() { IsDurable = false };

    [SuiteFact]
    public async Task A_queue_of_somebody_else_is_used_and_never_made()
    {
        var (made, missing) = (NewQueue(), NewQueue());
        var client = Open();
        await client.PublishAsync(made, "1");

        await client.PublishAsync(new ExistingQueueAddress(missing.Name), "dropped");
        await client.PublishAsync(new ExistingQueueAddress(made.Name), "2");
        var listener = await client.ListenAsync(new ExistingQueueAddress(made.Name));

        (await listener.TakeAsync(2)).Select(Text.Of).Should().Equal("1", "2");
        await RefusedAsync(BrokerFailure.NotFound, other => other.ListenAsync(new ExistingQueueAddress(missing.Name)));
        var late = await client.ListenAsync(missing);
        await client.PublishAsync(missing, "first");
        (await late.NextTextAsync()).Should().Be("first");
    }

    [SuiteFact]
    public async Task A_queue_has_to_be_wanted_as_it_is()
    {
        var queue = NewQueue();
        await Open().PublishAsync(queue, "1", With(("x-max-length", 10L)));

        await RefusedAsync(BrokerFailure.PreconditionFailed, other => other.PublishAsync(queue, "2"));
        await RefusedAsync(BrokerFailure.PreconditionFailed, other => other.PublishAsync(queue, "2", With(("x-max-length", 11L))));
        await RefusedAsync(BrokerFailure.PreconditionFailed, other => other.ListenAsync(queue, With(("x-max-length", 10L)) with { IsAutoDelete = true }));
        await RefusedAsync(
            BrokerFailure.PreconditionFailed,
            other => other.ListenAsync(queue, With(("x-max-length", 10L)) with { IsDurable = false, IsAutoDelete = false, IsExclusive = false }));

        (await (await Open().ListenAsync(queue, With(("x-max-length", 10L)))).NextTextAsync()).Should().Be("1");
    }

    [SuiteFact]
    public async Task A_parameter_that_no_queue_can_have_is_refused()
    {
        await RefusedAsync(BrokerFailure.PreconditionFailed, client => client.PublishAsync(NewQueue(), "1", With(("x-message-ttl", -1L))));
        await RefusedAsync(BrokerFailure.PreconditionFailed, client => client.PublishAsync(NewQueue(), "1", With(("x-max-length", "many"))));
    }

    [SuiteFact]
    public async Task A_queue_that_is_not_durable_is_its_sessions_alone()
    {
        var queue = NewQueue();
        var owner = Open();
        var listener = await owner.ListenAsync(queue, NotDurable);

        await RefusedAsync(BrokerFailure.ResourceLocked, other => other.PublishAsync(queue, "1"));
        await RefusedAsync(BrokerFailure.ResourceLocked, other => other.PublishAsync(queue, "1", NotDurable));
        await RefusedAsync(BrokerFailure.ResourceLocked, other => other.ListenAsync(queue, NotDurable));
        await RefusedAsync(BrokerFailure.ResourceLocked, other => other.ListenAsync(new ExistingQueueAddress(queue.Name)));

        await owner.PublishAsync(queue, "mine", NotDurable);
        (await listener.NextTextAsync()).Should().Be("mine");
    }

    [SuiteFact]
    public async Task An_exclusive_queue_goes_with_its_session()
    {
        var queue = NewQueue();
        var parameters = new QueueParameters { IsExclusive = true };
        await using (var owner = Open()) await owner.PublishAsync(queue, "gone", parameters);

        await RefusedAsync(BrokerFailure.NotFound, other => other.ListenAsync(new ExistingQueueAddress(queue.Name)));
        var heir = Open();
        await heir.PublishAsync(queue, "mine", parameters);
        (await (await heir.ListenAsync(queue, parameters)).NextTextAsync()).Should().Be("mine");
    }

    [SuiteFact]
    public async Task An_exclusive_queue_goes_with_a_session_that_failed()
    {
        var queue = NewQueue();
        var owner = Open();
        await owner.PublishAsync(queue, "gone", new QueueParameters { IsExclusive = true });

        await FluentActions.Awaiting(() => owner.ListenAsync(new ExistingQueueAddress(NewQueue().Name))).Should().ThrowAsync<BrokerException>();
        await owner.FailureAsync();

        await RefusedAsync(BrokerFailure.NotFound, other => other.ListenAsync(new ExistingQueueAddress(queue.Name)));
    }

    [SuiteFact]
    public async Task An_auto_delete_queue_goes_with_its_last_listener_and_is_made_again_by_the_next()
    {
        var queue = NewQueue();
        var parameters = new QueueParameters { IsAutoDelete = true };
        var client = Open();
        await client.PublishAsync(queue, "1", parameters);
        var (one, two) = (await client.ListenAndSettleAsync(queue, queue: parameters), await Open().ListenAsync(queue, parameters));
        await one.Subscription.DisposeAsync();
        await client.PublishAsync(queue, "2", parameters);
        (await two.NextTextAsync()).Should().Be("2");

        await two.Subscription.DisposeAsync();

        await RefusedAsync(BrokerFailure.NotFound, other => other.ListenAsync(new ExistingQueueAddress(queue.Name)));
        await client.PublishAsync(queue, "3", parameters);
        (await (await client.ListenAsync(queue, parameters)).NextTextAsync()).Should().Be("3");
    }

    [SuiteFact]
    public async Task An_exclusive_queue_that_went_with_its_last_listener_may_become_anothers()
    {
        var queue = NewQueue();
        var first = Open();
        await (await first.ListenAsync(queue, NotDurable)).Subscription.DisposeAsync();

        var second = Open();
        var listener = await second.ListenAsync(queue, NotDurable);

        await RefusedAsync(BrokerFailure.ResourceLocked, other => other.ListenAsync(queue, NotDurable));
        await first.DisposeAsync();
        await second.PublishAsync(queue, "mine", NotDurable);
        (await listener.NextTextAsync()).Should().Be("mine");
    }

    [SuiteFact]
    public async Task A_message_whose_time_is_up_goes_where_the_queue_says()
    {
        var (queue, dead) = (NewQueue(), NewQueue());
        var client = Open();
        var graveyard = await client.ListenAsync(dead);

        await client.PublishAsync(queue, Text.Message("short") with { Expiration = TimeSpan.FromMilliseconds(20) }, DeadLetteringTo(dead));
        await client.PublishAsync(queue, Text.Message("long") with { Expiration = TimeSpan.FromMinutes(10) }, DeadLetteringTo(dead));

        (await graveyard.NextTextAsync()).Should().Be("short");
        (await (await client.ListenAsync(queue, DeadLetteringTo(dead))).NextTextAsync()).Should().Be("long");
    }

    [SuiteFact]
    public async Task A_queue_may_say_how_long_a_message_waits_in_it()
    {
        var (queue, dead) = (NewQueue(), NewQueue());
        var client = Open();
        var graveyard = await client.ListenAsync(dead);
        var parameters = DeadLetteringTo(dead, ("x-message-ttl", 20L));

        await client.PublishAsync(queue, "1", parameters);
        await client.PublishAsync(queue, "2", parameters);

        (await graveyard.TakeAsync(2)).Select(Text.Of).Should().Equal("1", "2");
        var listener = await client.ListenAsync(queue, parameters);
        await client.PublishAsync(queue, "3", parameters);
        (await listener.NextTextAsync()).Should().Be("3");
    }

    [SuiteFact]
    public async Task A_full_queue_drops_its_oldest_message_or_sends_it_where_it_says()
    {
        var (queue, careful, dead) = (NewQueue(), NewQueue(), NewQueue());
        var client = Open();
        var graveyard = await client.ListenAsync(dead);

        for (var i = 1; i <= 5; i++)
        {
            await client.PublishAsync(queue, $"{i}", With(("x-max-length", 3L)));
            await client.PublishAsync(careful, $"{i}", DeadLetteringTo(dead, ("x-max-length", 3L)));
        }

        (await (await client.ListenAsync(queue, With(("x-max-length", 3L)))).TakeAsync(3)).Select(Text.Of).Should().Equal("3", "4", "5");
        (await graveyard.TakeAsync(2)).Select(Text.Of).Should().Equal("1", "2");
    }

    [SuiteFact]
    public async Task A_queue_may_be_full_by_the_octets_of_its_messages()
    {
        var queue = NewQueue();
        var parameters = With(("x-max-length-bytes", 10L));
        var client = Open();

        await client.PublishAsync(queue, "12345", parameters);
        await client.PublishAsync(queue, "6789", parameters);
        await client.PublishAsync(queue, "abc", parameters);

        (await (await client.ListenAsync(queue, parameters)).TakeAsync(2)).Select(Text.Of).Should().Equal("6789", "abc");
    }

    [SuiteFact]
    public async Task A_message_that_would_go_round_among_queues_for_ever_comes_to_rest()
    {
        var (one, two, client) = (NewQueue(), NewQueue(), Open());
        var (toOne, toTwo) = (DeadLetteringTo(one, ("x-max-length", 0L)), DeadLetteringTo(two, ("x-max-length", 0L)));
        var itself = NewQueue();
        var toItself = DeadLetteringTo(itself, ("x-message-ttl", 0L));
        await client.PublishAsync(two, "1", toOne);

        await client.PublishAsync(one, "2", toTwo);
        await client.PublishAsync(itself, "3", toItself);

        var listener = await client.ListenAsync(one, toTwo);
        await client.ListenAsync(itself, toItself);
        await client.PublishAsync(one, "4", toTwo);
        (await listener.NextTextAsync()).Should().Be("4");
    }

    [SuiteFact]
    public async Task A_message_that_a_listener_gives_up_may_come_round_to_it_again()
    {
        var (one, two, client) = (NewQueue(), NewQueue(), Open());
        var (toOne, toTwo) = (DeadLetteringTo(one, ("x-message-ttl", 1L)), DeadLetteringTo(two));
        var listener = await client.ListenAndSettleAsync(one, queue: toTwo);
        await client.PublishAsync(two, "1", toOne);

        for (var i = 0; i < 3; i++) await listener.SettleAsync(await listener.NextAsync(), Settlement.Reject);

        (await listener.NextTextAsync()).Should().Be("1");
    }

    [SuiteFact]
    public async Task A_queue_with_priorities_delivers_the_higher_first_and_equals_in_their_order()
    {
        var queue = NewQueue();
        var parameters = With(("x-max-priority", 10L));
        var client = Open();
        byte?[] priorities = [1, 9, null, 5, 200, 9];

        for (var i = 0; i < priorities.Length; i++) await client.PublishAsync(queue, Text.Message($"{i}") with { Priority = priorities[i] }, parameters);

        // What is beyond the highest counts as the highest, and none as 0.
        (await (await client.ListenAsync(queue, parameters)).TakeAsync(6)).Select(Text.Of).Should().Equal("4", "1", "5", "3", "0", "2");
    }

    [SuiteFact]
    public async Task A_listener_of_higher_priority_comes_before_others()
    {
        var queue = NewQueue();
        var client = Open();
        var low = await Open().ListenAndSettleAsync(queue, prefetch: 5);
        var high = await Open().ListenAsync(
            queue, queue: null, new ConsumeParameters { Prefetch = 2, IsSettledByListener = true, Arguments = new Dictionary<string, object> { ["x-priority"] = 10L } });

        for (var i = 1; i <= 3; i++) await client.PublishAsync(queue, $"{i}");

        (await high.TakeAsync(2)).Select(Text.Of).Should().Equal("1", "2");
        (await low.NextTextAsync()).Should().Be("3");
    }

    [SuiteFact]
    public async Task Whoever_gets_a_message_can_answer_to_the_queue_of_the_asker()
    {
        var service = NewQueue();
        var (asker, responder) = (Open(), Open());
        var (queue, answers) = await asker.OpenReplyQueueAsync();
        var requests = await responder.ListenAsync(service);
        requests.WhenTold = request =>
            responder.PublishAsync(new ReplyAddress(request.Message.ReplyTo!), Text.Message("4") with { CorrelationId = request.Message.CorrelationId });

        await asker.PublishAsync(service, Text.Message("2 + 2?") with { ReplyTo = queue, CorrelationId = "c-1" });

        var answer = await answers.NextAsync();
        Text.Of(answer).Should().Be("4");
        answer.Message.CorrelationId.Should().Be("c-1");
        answer.Source.Should().Be(new QueueAddress(queue));
    }

    [SuiteFact]
    public async Task The_queue_of_an_asker_is_its_own_and_goes_with_it()
    {
        var asker = Open();
        var (queue, answers) = await asker.OpenReplyQueueAsync();
        var (another, _) = await asker.OpenReplyQueueAsync();
        another.Should().NotBe(queue);

        await RefusedAsync(BrokerFailure.ResourceLocked, other => other.ListenAsync(new ExistingQueueAddress(queue)));
        var responder = Open();
        await responder.PublishAsync(new ReplyAddress(queue), "1");
        (await answers.NextTextAsync()).Should().Be("1");
        await asker.DisposeAsync();

        await responder.PublishAsync(new ReplyAddress(queue), "nobody waits for it");
        await RefusedAsync(BrokerFailure.NotFound, other => other.ListenAsync(new ExistingQueueAddress(queue)));
    }

    /// <summary>A session of its own is refused this, and has ended with it.</summary>
    private async Task<BrokerException> RefusedAsync(BrokerFailure failure, Func<BrokerClient, Task> what)
    {
        var client = Open();
        var refusal = (await FluentActions.Awaiting(() => what(client)).Should().ThrowAsync<BrokerException>()).Which;
        refusal.Failure.Should().Be(failure);
        (await client.FailureAsync()).Should().BeSameAs(refusal);
        return refusal;
    }
}
