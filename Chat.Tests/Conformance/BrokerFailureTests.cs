using System.Collections.Concurrent;
using Chat.Domain.Brokering;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Conformance;

/// <summary>A broker that goes away, and what is left of the promises to its sessions then.</summary>
public sealed class BrokerFailureTests(MortalBroker broker) : IClassFixture<MortalBroker>, IAsyncLifetime
{
    private readonly QueueAddress _queue = new($"queue-{Guid.NewGuid():N}");
    private BrokerNode _node = null!;

    private RabbitMqServer Broker { get; set; } = null!;

    /// <summary>Also behind a test that failed while the broker was away.</summary>
    public async Task InitializeAsync()
    {
        Broker = await broker.Server;
        if (!Broker.IsRunning) await Broker.StartAgainAsync();
        _node = BrokerNode.Start(Broker.Uri);
    }

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [NeedsFact(Server.RabbitMq)]
    public async Task After_the_broker_was_killed_its_sessions_are_over_and_new_ones_work()
    {
        await using var sender = _node.Open();
        await using var reader = _node.Open();
        await sender.PublishAsync(_queue, "1");
        var listener = await reader.ListenAndSettleAsync(_queue);
        var held = await listener.NextAsync();
        await KeepQueuesAsync();

        await Broker.KillAsync();

        foreach (var client in new[] { sender, reader })
        {
            var failure = await client.FailureAsync();
            failure.Failure.Should().Be(BrokerFailure.Unavailable);
            (await FluentActions.Awaiting(() => client.PublishAsync(_queue, "2")).Should().ThrowAsync<BrokerException>()).Which.Should().BeSameAs(failure);
            client.Failures.Should().ContainSingle();
        }
        (await FluentActions.Awaiting(() => listener.SettleAsync(held, Settlement.Accept)).Should().ThrowAsync<BrokerException>()).Which.Failure.Should().Be(BrokerFailure.Unavailable);
        await using var meanwhile = _node.Open();
        var away = (await FluentActions.Awaiting(() => meanwhile.PublishAsync(_queue, "3")).Should().ThrowAsync<BrokerException>()).Which;
        (away.Failure, away.Message).Should().Be((BrokerFailure.Unavailable, $"There is no connection to RabbitMQ at 127.0.0.1:{Broker.Port}."));

        await Broker.StartAgainAsync();
        await using var again = _node.Open();
        var got = await (await again.ListenAsync(_queue)).NextAsync();
        Text.Of(got).Should().Be("1");
        await again.PublishAsync(_queue, "4");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task What_was_confirmed_before_the_broker_was_killed_is_there_after_it()
    {
        await using var sender = _node.Open();
        var confirmed = new ConcurrentQueue<int>();
        var enough = new TaskCompletionSource();
        var sending = Task.Run(async () =>
        {
            for (var i = 0; ; i += 50)
            {
                await Task.WhenAll(Enumerable.Range(i, 50).Select(async each =>
                {
                    await sender.PublishAsync(_queue, $"{each}");
                    confirmed.Enqueue(each);
                }));
                if (i == 500) enough.SetResult();
            }
        });
        await enough.Task.WaitAsync(Patience);
        await KeepQueuesAsync();

        await Broker.KillAsync();
        (await sending.Awaiting(task => task.WaitAsync(Patience)).Should().ThrowAsync<BrokerException>()).Which.Failure.Should().Be(BrokerFailure.Unavailable);
        await Broker.StartAgainAsync();

        await using var reader = _node.Open();
        var listener = await reader.ListenAsync(_queue);
        var (missing, last) = (confirmed.ToHashSet(), -1);
        while (missing.Count > 0)
        {
            var number = int.Parse(await listener.NextTextAsync());
            number.Should().BeGreaterThan(last);
            last = number;
            missing.Remove(number);
        }
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task A_connection_that_an_administrator_closes_is_opened_again_by_the_next_session()
    {
        await using var client = _node.Open();
        await using var other = _node.Open();
        await client.ListenAsync(_queue);
        await other.OpenReplyQueueAsync();

        await Broker.ControlAsync("close_all_connections", "for a test");

        foreach (var each in new[] { client, other })
        {
            var failure = await each.FailureAsync();
            failure.Failure.Should().Be(BrokerFailure.Unavailable);
            failure.Message.Should().Contain("for a test");
        }
        await using var next = _node.Open();
        await next.PublishAsync(_queue, "1");
        (await (await next.ListenAsync(_queue)).NextTextAsync()).Should().Be("1");
    }

    [NeedsFact(Server.RabbitMq)]
    public async Task Sessions_that_ask_while_the_broker_is_away_share_an_attempt()
    {
        await using (var first = _node.Open()) await first.PublishAsync(_queue, "1");
        await Broker.KillAsync();
        var clients = Enumerable.Range(0, 50).Select(_ => _node.Open()).ToList();

        // One after the other each would wait longer than the last.
        var sending = clients.Select(client => FluentActions.Awaiting(() => client.PublishAsync(_queue, "2")).Should().ThrowAsync<BrokerException>());
        (await Task.WhenAll(sending).WaitAsync(Patience)).Should().OnlyContain(refusal => refusal.Which.Failure == BrokerFailure.Unavailable);

        foreach (var client in clients) await client.DisposeAsync();
        await Broker.StartAgainAsync();
        await using var again = _node.Open();
        await again.PublishAsync(_queue, "3");
    }

    /// <summary>
    /// RabbitMQ confirms a message once it is on the disk, but the declaration of its queue goes there behind a delay (Mnesia, sync_log): a broker that is
    /// killed within that time comes back without the queue.
    /// </summary>
    private async Task KeepQueuesAsync() => await Broker.ControlAsync("eval", "mnesia:sync_log().");
}
