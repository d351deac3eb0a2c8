using System.IO.Pipelines;
using System.Text;
using Stomp.Gateway.Connections;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Connections;

/// <summary>Who writes for all connections, step by step: a worker runs when the test lets it.</summary>
public sealed class WritersTests
{
    private readonly Queue<IThreadPoolWorkItem> _workers = [];
    private readonly Writers _writers;

    public WritersTests() => _writers = new Writers(3, _workers.Enqueue);

    [Fact]
    public void One_event_to_a_few_clients_takes_one_worker()
    {
        var clients = Clients(20);

        foreach (var client in clients) client.Say("a");

        _workers.Should().ContainSingle();
        RunAll();
        clients.Should().OnlyContain(c => c.Flushes.Single() == "a");
    }

    [Fact]
    public void Many_clients_take_as_many_workers_as_there_may_be_and_each_is_written_to_once()
    {
        var clients = Clients(1000);

        foreach (var client in clients) client.Say("a");

        _workers.Should().HaveCount(3);
        RunAll();
        clients.Should().OnlyContain(c => c.Flushes.Single() == "a");
    }

    [Fact]
    public void A_worker_that_has_left_comes_again_for_what_comes_later()
    {
        var client = Clients(1)[0];
        client.Say("a");
        RunAll();

        client.Say("b");
        RunAll();

        client.Flushes.Should().Equal("a", "b");
    }

    [Fact]
    public void What_gathers_before_its_turn_goes_in_one_flush()
    {
        var client = Clients(1)[0];

        foreach (var text in "abcdefghij") client.Say($"{text}");
        RunAll();

        client.Flushes.Should().Equal("abcdefghij");
    }

    [Fact]
    public void A_client_that_gets_more_while_it_is_written_to_goes_behind_those_who_wait()
    {
        var clients = Clients(2);
        var order = new List<string>();
        clients[0].OnFlush = text =>
        {
            order.Add($"first {text}");
            if (text == "a") clients[0].Say("b");
        };
        clients[1].OnFlush = text => order.Add($"second {text}");

        clients[0].Say("a");
        clients[1].Say("a");
        RunAll();

        order.Should().Equal("first a", "second a", "first b");
    }

    [Fact]
    public async Task A_client_whose_transport_waits_holds_nobody_up_and_goes_on_by_itself()
    {
        var clients = Clients(2);
        var gate = new TaskCompletionSource();
        clients[0].Gate = gate.Task;

        clients[0].Say("a");
        clients[1].Say("a");
        RunAll();
        clients[0].Say("b");
        RunAll();
        clients[0].Flushes.Should().Equal("a");
        clients[1].Flushes.Should().Equal("a");

        gate.SetResult();
        clients[0].Queue.Complete();
        RunAll();

        await clients[0].Running.WaitAsync(TimeSpan.FromSeconds(10));
        clients[0].Flushes.Should().Equal("a", "b");
    }

    [Fact]
    public void To_give_memory_back_loses_nothing_whatever_the_queue_is_at()
    {
        var client = Clients(1)[0];
        client.Queue.Trim();
        client.Say("a");
        client.Queue.Trim();
        client.OnFlush = text =>
        {
            if (text == "a") client.Say("b");
            client.Queue.Trim();
        };
        RunAll();
        client.Queue.Trim();
        client.Say("c");
        RunAll();

        client.Flushes.Should().Equal("a", "b", "c");
    }

    [Fact]
    public async Task A_transport_that_fails_ends_its_own_queue_alone()
    {
        var clients = Clients(2);
        clients[0].OnFlush = _ => throw new IOException("gone");

        foreach (var client in clients) client.Say("a");
        RunAll();
        foreach (var client in clients) client.Say("b");
        RunAll();

        await FluentActions.Awaiting(() => clients[0].Running).Should().ThrowAsync<IOException>();
        clients[0].Flushes.Should().Equal("a");
        clients[1].Flushes.Should().Equal("a", "b");
    }

    [Fact]
    public void A_burst_to_a_few_clients_is_written_by_the_thread_that_delivers_it_and_once_to_each()
    {
        var clients = Clients(20);

        _writers.Gather(() =>
        {
            foreach (var text in "abc") clients.ForEach(client => client.Say($"{text}"));
            clients.Should().OnlyContain(client => client.Flushes.Count == 0);
        });

        _workers.Should().BeEmpty();
        clients.Should().OnlyContain(c => c.Flushes.Single() == "abc");
    }

    [Fact]
    public void A_burst_to_many_clients_has_other_workers_help()
    {
        var clients = Clients(1000);

        _writers.Gather(() => clients.ForEach(client => client.Say("a")));

        _workers.Should().HaveCountGreaterThanOrEqualTo(2);
        RunAll();
        clients.Should().OnlyContain(c => c.Flushes.Single() == "a");
    }

    [Fact]
    public void A_burst_that_fails_is_written_as_far_as_it_came()
    {
        var client = Clients(1)[0];

        FluentActions.Invoking(() => _writers.Gather(() =>
        {
            client.Say("a");
            throw new InvalidOperationException("in the middle");
        })).Should().Throw<InvalidOperationException>();

        client.Flushes.Should().Equal("a");
        _writers.Gather(() => client.Say("b"));
        client.Flushes.Should().Equal("a", "b");
    }

    [Fact]
    public void Clients_that_get_the_same_are_laid_out_for_once_and_nobody_gets_what_is_for_another()
    {
        var layout = new CountingLayout();
        var clients = Enumerable.Range(0, 6).Select(_ => new SharingClient(_writers, layout)).ToList();
        var (all, third) = (Frame("all"), Frame("third"));

        foreach (var client in clients)
        {
            if (client == clients[2]) client.Queue.Offer(third);
            client.Queue.Offer(all);
        }
        RunAll();

        clients.Select(c => c.Sent).Should().Equal("all", "all", "thirdall", "all", "all", "all");
        layout.Frames.Should().Be(1 + 2 + 1);
    }

    private static OutboundFrame Frame(string text) => new(Encoding.UTF8.GetBytes(text), default);

    private List<Client> Clients(int count) => [.. Enumerable.Range(0, count).Select(_ => new Client(_writers))];

    private void RunAll()
    {
        while (_workers.TryDequeue(out var worker)) worker.Execute();
    }

    private sealed class Client : ITransport
    {
        private readonly StringBuilder _batch = new();

        public Client(Writers writers)
        {
            Queue = new OutboundQueue(1000, () => { }, writers);
            Running = Queue.RunAsync(this, CancellationToken.None);
        }

        public OutboundQueue Queue { get; }

        public Task Running { get; }

        public List<string> Flushes { get; } = [];

        public Action<string>? OnFlush { get; set; }

        public Task Gate { get; set; } = Task.CompletedTask;

        public PipeReader Input => throw new NotSupportedException("The queue only writes.");

        public string Name => "recording";

        public void Say(string text) => Queue.Offer(new OutboundFrame(Encoding.UTF8.GetBytes(text), default)).Should().BeTrue();

        public void Write(in OutboundFrame frame) => _batch.Append(Encoding.UTF8.GetString(frame.Head.Span));

        public ValueTask FlushAsync(CancellationToken cancellationToken)
        {
            var text = _batch.ToString();
            _batch.Clear();
            Flushes.Add(text);
            OnFlush?.Invoke(text);
            return new ValueTask(Gate);
        }

        public ValueTask CloseAsync(CloseReason reason, CancellationToken cancellationToken) => throw new NotSupportedException("The queue only writes.");

        public void Abort() => throw new NotSupportedException("The queue only writes.");
    }

    private sealed class CountingLayout : IFrameLayout
    {
        public int Frames { get; private set; }

        public void Add(in OutboundFrame frame, PooledBuffer octets)
        {
            Frames++;
            frame.CopyTo(octets);
        }
    }

    private sealed class SharingClient : ISharingTransport
    {
        public SharingClient(Writers writers, IFrameLayout layout)
        {
            Layout = layout;
            Queue = new OutboundQueue(1000, () => { }, writers);
            _ = Queue.RunAsync(this, CancellationToken.None);
        }

        public OutboundQueue Queue { get; }

        public string Sent { get; private set; } = "";

        public IFrameLayout Layout { get; }

        public PipeReader Input => throw new NotSupportedException("The queue only writes.");

        public string Name => "recording";

        public ValueTask SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
        {
            Sent += Encoding.UTF8.GetString(octets.Span);
            return ValueTask.CompletedTask;
        }

        public void Write(in OutboundFrame frame) => throw new NotSupportedException("All is laid out for all.");

        public ValueTask FlushAsync(CancellationToken cancellationToken) => throw new NotSupportedException("All is laid out for all.");

        public ValueTask CloseAsync(CloseReason reason, CancellationToken cancellationToken) => throw new NotSupportedException("The queue only writes.");

        public void Abort() => throw new NotSupportedException("The queue only writes.");
    }
}
