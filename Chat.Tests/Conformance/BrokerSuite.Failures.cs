using Chat.Domain.Brokering;

namespace Chat.Tests.Conformance;

/// <summary>How sessions end, by failure or otherwise.</summary>
public abstract partial class BrokerSuite
{
    [SuiteFact]
    public async Task After_a_failure_every_call_fails_with_it_and_it_is_told_once()
    {
        var (queue, client) = (NewQueue(), Open());
        var listener = await client.ListenAndSettleAsync(queue);
        await client.PublishAsync(queue, "1");
        var held = await listener.NextAsync();

        var refusal = (await FluentActions.Awaiting(() => client.ListenAsync(new ExistingQueueAddress(NewQueue().Name))).Should().ThrowAsync<BrokerException>()).Which;

        refusal.Failure.Should().Be(BrokerFailure.NotFound);
        (await client.FailureAsync()).Should().BeSameAs(refusal);
        Func<Task>[] calls =
        [
            () => client.PublishAsync(queue, "2"),
            () => client.ListenAsync(queue),
            () => client.OpenReplyQueueAsync(),
            () => listener.SettleAsync(held, Settlement.Accept),
        ];
        foreach (var call in calls) (await call.Should().ThrowAsync<BrokerException>()).Which.Should().BeSameAs(refusal);
        await listener.Subscription.DisposeAsync();
        await client.DisposeAsync();
        client.Failures.Should().ContainSingle();
    }

    [SuiteFact]
    public async Task When_a_failure_is_told_what_was_not_settled_is_back_in_its_queue()
    {
        var (queue, client) = (NewQueue(), Open());
        for (var i = 1; i <= 3; i++) await client.PublishAsync(queue, $"{i}");
        var listener = await client.ListenAndSettleAsync(queue);
        await listener.TakeAsync(3);

        await FluentActions.Awaiting(() => client.PublishAsync(new ExchangeAddress($"exchange-{Guid.NewGuid():N}", ""), "4")).Should().ThrowAsync<BrokerException>();
        await client.FailureAsync();

        var got = await (await Open().ListenAsync(queue)).TakeAsync(3);
        got.Select(Text.Of).Should().Equal("1", "2", "3");
        got.Should().OnlyContain(delivery => delivery.IsRedelivered);
    }

    [SuiteFact]
    public async Task A_failure_is_no_concern_of_other_sessions()
    {
        var (queue, other) = (NewQueue(), Open());
        var listener = await other.ListenAsync(queue);

        await RefusedAsync(BrokerFailure.NotFound, client => client.ListenAsync(new ExistingQueueAddress(NewQueue().Name)));

        await other.PublishAsync(queue, "1");
        (await listener.NextTextAsync()).Should().Be("1");
        other.Failures.Should().BeEmpty();
    }

    [SuiteFact]
    public async Task Of_messages_that_were_sent_at_once_none_after_the_refused_one_arrives()
    {
        var (queue, client) = (NewQueue(), Open());
        await client.PublishAsync(queue, "0");
        var (before, refused, after) = (
            client.PublishAsync(queue, "1"), client.PublishAsync(new ExchangeAddress($"exchange-{Guid.NewGuid():N}", ""), "2"), client.PublishAsync(queue, "3"));

        await refused.Awaiting(task => task).Should().ThrowAsync<BrokerException>();
        await after.Awaiting(task => task).Should().ThrowAsync<BrokerException>();
        await Task.WhenAny(before);

        await client.FailureAsync();
        var next = Open();
        await next.PublishAsync(queue, "4");
        (await (await next.ListenAsync(queue)).TakeAsync(3)).Select(Text.Of).Should().Equal("0", "1", "4");
    }

    [SuiteFact]
    public async Task A_message_that_is_settled_twice_ends_the_session()
    {
        var (queue, client) = (NewQueue(), Open());
        await client.PublishAsync(queue, "1");
        var listener = await client.ListenAndSettleAsync(queue);
        var held = await listener.NextAsync();
        await listener.SettleAsync(held, Settlement.Accept);

        // Whether this call itself learns of it depends on how far away the broker is.
        await Task.WhenAny(listener.SettleAsync(held, Settlement.Accept));

        (await client.FailureAsync()).Failure.Should().Be(BrokerFailure.PreconditionFailed);
    }

    [SuiteFact]
    public async Task A_message_that_never_came_to_a_session_cannot_be_settled_by_it()
    {
        var client = Open();

        await Task.WhenAny(client.Session.SettleAsync(42, Settlement.Requeue));

        (await client.FailureAsync()).Failure.Should().Be(BrokerFailure.PreconditionFailed);
    }

    [SuiteFact]
    public async Task A_session_whose_queue_is_deleted_by_another_fails()
    {
        var topic = NewTopic("cancelled");
        var kept = new ConsumeParameters { DurableName = $"reader of {topic.Key}" };
        var client = Open();
        await client.ListenAsync(topic, queue: null, kept);

        await (await Open().ListenAsync(topic, queue: null, kept)).Subscription.DeleteAsync();

        var failure = await client.FailureAsync();
        failure.Failure.Should().Be(BrokerFailure.NotFound);
        failure.Message.Should().Be("Server cancelled subscription");
        (await FluentActions.Awaiting(() => client.PublishAsync(topic, "1")).Should().ThrowAsync<BrokerException>()).Which.Should().BeSameAs(failure);
    }

    [SuiteFact]
    public async Task A_listener_may_end_its_subscription_and_its_session_from_within_its_call()
    {
        var queue = NewQueue();
        var sender = Open();
        await sender.PublishAsync(queue, "1");
        await sender.PublishAsync(queue, "2");
        var client = Open();
        var begun = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        var listener = new Listener(client);
        listener.WhenTold = async _ =>
        {
            await begun.Task;
            await listener.Subscription.DisposeAsync();
            await client.DisposeAsync();
            ended.SetResult();
        };
        listener.Subscription = await client.Session.ConsumeAsync(queue, QueueParameters.Default, new ConsumeParameters(), listener.OnDeliveryAsync, CancellationToken.None);

        begun.SetResult();

        await ended.Task.WaitAsync(Patience);
        (await (await sender.ListenAsync(queue)).TakeAsync(2)).Select(Text.Of).Should().Equal("1", "2");
    }

    [SuiteFact]
    public async Task Who_gives_up_waiting_for_a_subscription_gets_nothing_from_it()
    {
        var (queue, client) = (NewQueue(), Open());
        var abandoned = new Listener(client);
        using var givenUp = new CancellationTokenSource();
        var consuming = client.Session.ConsumeAsync(queue, QueueParameters.Default, new ConsumeParameters(), abandoned.OnDeliveryAsync, givenUp.Token);
        await givenUp.CancelAsync();
        await Task.WhenAny(consuming);
        if (consuming.IsCompletedSuccessfully) await (await consuming).DisposeAsync();

        await client.PublishAsync(queue, "1");

        (await (await client.ListenAsync(queue)).NextTextAsync()).Should().Be("1");
        client.Failures.Should().BeEmpty();
    }

    [SuiteFact]
    public async Task A_session_that_was_never_used_ends_without_a_word_and_any_may_be_disposed_of_twice()
    {
        var (unused, used) = (Open(), Open());
        await used.PublishAsync(NewQueue(), "1");

        foreach (var client in new[] { unused, used })
        {
            await client.DisposeAsync();
            await client.DisposeAsync();
            client.Failures.Should().BeEmpty();
        }
    }

    [SuiteFact]
    public async Task A_session_that_was_disposed_of_takes_no_more_calls_and_keeps_nothing_from_others()
    {
        var (queue, own, client) = (NewQueue(), NewQueue(), Open());
        await client.PublishAsync(queue, "0");
        var held = await (await client.ListenAndSettleAsync(queue, prefetch: 1)).NextAsync();
        await client.DisposeAsync();

        Func<Task>[] calls =
        [
            () => client.PublishAsync(own, "1", new QueueParameters { IsExclusive = true }),
            () => client.ListenAsync(queue),
            () => client.ListenAsync(own, new QueueParameters { IsExclusive = true }),
            () => client.OpenReplyQueueAsync(),
            () => client.Session.SettleAsync(held.Tag, Settlement.Accept),
        ];
        foreach (var call in calls) await call.Should().ThrowAsync<ObjectDisposedException>();

        var other = Open();
        await other.PublishAsync(queue, "2");
        (await (await other.ListenAsync(queue)).TakeAsync(2)).Select(Text.Of).Should().Equal("0", "2");
        await other.ListenAsync(own, new QueueParameters { IsExclusive = true });
        client.Failures.Should().BeEmpty();
    }
}
