using System.Diagnostics;
using ChatStomp.Bench.Load;

namespace ChatStomp.Bench.Scenarios;

/// <summary>Rooms, their members, and those who send.</summary>
/// <param name="Rooms">How many.</param>
/// <param name="Members">Of each room, its sender included.</param>
/// <param name="RoomsPerSender">How many rooms one client sends to, in turn.</param>
/// <param name="Outstanding">Messages that a sender has on the way: the next goes when one of its own has come back.</param>
/// <param name="PerSecond">Messages in all when the load is open: sent when they are due, whatever has come back. 0 for a closed loop.</param>
internal sealed record Crowd(int Rooms, int Members, int RoomsPerSender = 1, int Outstanding = 1, int PerSecond = 0);

/// <summary>
/// Messages to rooms, and their deliveries. Each delivery is checked: the number after the one before, in its room, on each connection; and in the end each
/// member has got each message.
/// </summary>
internal sealed class FanOut : IAsyncDisposable
{
    public const string BrokerMeasure = "CPU µs of the broker per message";

    private const int TextLength = 256;

    /// <summary>Until then at least the compiler of the runtime still improves what runs.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    /// <summary>Where it has to share the processors with a database, a broker and a second server it takes longer, and would be counted as the price of a delivery; but no longer than this.</summary>
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(30);

    /// <summary>The compiler is at rest when it uses less than this part of a processor.</summary>
    private const double AtRest = 0.03;

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(60);

    private readonly Crowd _crowd;
    private readonly List<Member> _members = [];
    private readonly List<Sender> _senders = [];
    private readonly Latencies _latencies = new();
    private volatile bool _isSending = true;

    private FanOut(Crowd crowd) => _crowd = crowd;

    public static async Task<Measurements> RunAsync(Subject subject, Crowd crowd)
    {
        await using var scenario = new FanOut(crowd);
        await scenario.ConnectAsync(subject);
        return await scenario.MeasureAsync(subject);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members) await member.Connection.DisposeAsync();
    }

    private static string SenderOf(int sender) => $"sender-{sender}";

    private static string ListenerOf(int room, int member) => $"listener-{room}-{member}";

    private async Task ConnectAsync(Subject subject)
    {
        var members = Enumerable.Range(0, _crowd.Rooms)
            .Select(IReadOnlyList<string> (room) => [SenderOf(room / _crowd.RoomsPerSender), .. Enumerable.Range(1, _crowd.Members - 1).Select(m => ListenerOf(room, m))])
            .ToList();
        var rooms = await subject.MakeRoomsAsync(members);

        var plans = Enumerable.Range(0, _crowd.Rooms / _crowd.RoomsPerSender).Select(s => (User: SenderOf(s), Rooms: rooms.Skip(s * _crowd.RoomsPerSender).Take(_crowd.RoomsPerSender).ToList(), Sends: true))
            .Concat(rooms.SelectMany(room => members[room.Number].Skip(1).Select(user => (User: user, Rooms: new List<Room> { room }, Sends: false))))
            .ToList();
        foreach (var plan in plans) subject.AccountOf(plan.User);
        var places = new Member[plans.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, plans.Count), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            var plan = plans[i];
            var connection = await LoadConnection.OpenAsync(subject.Ports[i % subject.Ports.Count], subject.Dialect, subject.AccountOf(plan.User), 64 * 1024);
            foreach (var room in plan.Rooms)
            {
                var (say, hear) = connection.Dialect.Listen(room, since: null);
                await connection.AskAsync(say, hear);
            }
            places[i] = plan.Sends ? new Sender(this, connection, plan.Rooms) : new Member(this, connection, plan.Rooms);
        });
        _members.AddRange(places);
        _senders.AddRange(places.OfType<Sender>());
        foreach (var member in _members) member.Start();
    }

    private async Task<Measurements> MeasureAsync(Subject subject)
    {
        var pace = _crowd.PerSecond > 0 ? Task.Factory.StartNew(SendWhenDue, TaskCreationOptions.LongRunning) : Task.CompletedTask;
        if (_crowd.PerSecond == 0)
        {
            foreach (var sender in _senders) sender.Send(_crowd.Outstanding);
        }
        await WarmUpAsync(subject);
        _latencies.Clear();
        var (cpu, deliveries, clock) = (subject.Cpu(), Deliveries, Stopwatch.StartNew());
        await Task.Delay(Measured);
        var elapsed = clock.Elapsed;
        var (used, delivered) = (subject.Cpu() - cpu, Deliveries - deliveries);
        var latencies = _latencies.Take();
        _isSending = false;
        await pace;
        await DrainAsync();

        var results = new Measurements
        {
            ["deliveries/s"] = delivered / elapsed.TotalSeconds,
            ["CPU µs per delivery"] = used.Own.TotalMicroseconds / delivered,
        };
        var messages = (double)delivered / _crowd.Members;
        if (subject.Databases.Count > 0)
        {
            results["CPU µs per delivery, with database and broker"] = used.All.TotalMicroseconds / delivered;
            results["CPU µs of the database per message"] = used.Database.TotalMicroseconds / messages;
        }
        if (subject.Brokers.Count > 0) results[BrokerMeasure] = used.Broker.TotalMicroseconds / messages;
        if (_crowd.PerSecond > 0)
        {
            results["p50 µs"] = latencies.At(0.5);
            results["p99 µs"] = latencies.At(0.99);
            results["p99.9 µs"] = latencies.At(0.999);
        }
        return results;
    }

    private static async Task WarmUpAsync(Subject subject)
    {
        await Task.Delay(WarmUp);
        var clock = Stopwatch.StartNew();
        var before = subject.CompilerTime();
        while (clock.Elapsed < LongestWarmUp - WarmUp)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            var used = subject.CompilerTime() - before;
            if (used.TotalSeconds < AtRest) return;
            before += used;
        }
    }

    private long Deliveries => _members.Sum(m => m.Deliveries);

    private async Task DrainAsync()
    {
        var clock = Stopwatch.StartNew();
        using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            foreach (var member in _members) member.Connection.ThrowIfBroken();
            var expected = _senders.Sum(s => s.Sent) * _crowd.Members;
            if (Deliveries == expected) return;
            if (clock.Elapsed > DrainLimit) throw new InvalidDataException($"{Deliveries} of {expected} deliveries came; {DrainLimit.TotalSeconds} s after the last message the others are lost.");
            await interval.WaitForNextTickAsync();
        }
    }

    private void SendWhenDue()
    {
        var start = Stopwatch.GetTimestamp();
        for (long i = 0; _isSending; i++)
        {
            var due = start + (i * Stopwatch.Frequency / _crowd.PerSecond);
            while (Stopwatch.GetTimestamp() < due) Native.Sleep(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due));
            _senders[(int)(i % _senders.Count)].Send(1, due);
        }
    }

    /// <summary>One who listens, and checks.</summary>
    private class Member(FanOut scenario, LoadConnection connection, IReadOnlyList<Room> rooms)
    {
        private readonly long[] _expected = new long[rooms.Count];
        private long _deliveries;

        public LoadConnection Connection => connection;

        public long Deliveries => Volatile.Read(ref _deliveries);

        protected FanOut Scenario => scenario;

        protected IReadOnlyList<Room> Rooms => rooms;

        public void Start() => connection.Listen(OnPayload);

        private void OnPayload(ReadOnlySpan<byte> payload)
        {
            var count = 0;
            for (int next; (next = Stamp.Find(payload, out var stamp)) >= 0; payload = payload[next..], count++)
            {
                ref var expected = ref _expected[stamp.Room - rooms[0].Number];
                if (stamp.Number != expected++) throw new InvalidDataException($"Room {stamp.Room} brought message {stamp.Number} where {expected - 1} was due: lost, doubled or out of order.");
                if (scenario._crowd.PerSecond > 0) scenario._latencies.Add(Stopwatch.GetElapsedTime(stamp.Due));
            }
            if (count == 0) return;
            Volatile.Write(ref _deliveries, _deliveries + count);
            OnDelivered(count);
        }

        protected virtual void OnDelivered(int count)
        {
        }
    }

    /// <summary>One who sends besides.</summary>
    private sealed class Sender(FanOut scenario, LoadConnection connection, IReadOnlyList<Room> rooms) : Member(scenario, connection, rooms)
    {
        private readonly byte[] _text = [.. Enumerable.Repeat((byte)'x', TextLength)];
        private readonly long[] _numbers = new long[rooms.Count];
        private int _turn;
        private long _sent;

        public long Sent => Volatile.Read(ref _sent);

        /// <summary>Sends some; one thread at a time calls it.</summary>
        public void Send(int count, long due = 0)
        {
            for (var i = 0; i < count; i++, _turn++)
            {
                var index = _turn % Rooms.Count;
                var room = Rooms[index];
                new Stamp(room.Number, _numbers[index]++, due).Write(_text);
                Connection.Queue(to => Connection.Dialect.Send(to, room, _text));
            }
            Volatile.Write(ref _sent, _sent + count);
        }

        protected override void OnDelivered(int count)
        {
            if (Scenario._crowd.PerSecond == 0 && Scenario._isSending) Send(count);
        }
    }
}
