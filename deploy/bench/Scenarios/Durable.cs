using System.Diagnostics;
using ChatStomp.Bench.Load;

namespace ChatStomp.Bench.Scenarios;

/// <summary>Messages that are stored, and answered when they are: one client, who has one on the way, then a hundred, then a thousand.</summary>
internal static class Durable
{
    private const int TextLength = 256;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(60);

    public static async Task<Measurements> RunAsync(Subject subject)
    {
        int[] outstanding = [1, 100, 1_000];
        var rooms = await subject.MakeRoomsAsync([["author"], .. outstanding.Select(IReadOnlyList<string> (_) => ["author"])]);
        var results = new Measurements();
        // The server's own warming up.
        await MeasureAsync(subject, rooms[0], outstanding: 100);
        foreach (var (room, count) in rooms.Skip(1).Zip(outstanding))
        {
            var (perSecond, cpu) = await MeasureAsync(subject, room, count);
            results[$"receipts/s, {count:N0} outstanding"] = perSecond;
            results[$"CPU µs per receipt, {count:N0} outstanding"] = cpu;
        }
        return results;
    }

    private static async Task<(double PerSecond, double CpuMicroseconds)> MeasureAsync(Subject subject, Room room, int outstanding)
    {
        await using var connection = await LoadConnection.OpenAsync(subject.Ports[0], subject.Dialect, subject.AccountOf("author"), 64 * 1024);
        var author = new Author(connection, room);
        author.Start(outstanding);
        await Task.Delay(Settle);
        var (receipts, cpu, clock) = (author.Receipts, subject.Cpu(), Stopwatch.StartNew());
        await Task.Delay(Measured);
        var (elapsed, used, got) = (clock.Elapsed, subject.Cpu() - cpu, author.Receipts - receipts);
        await author.StopAsync(DrainLimit);
        return (got / elapsed.TotalSeconds, used.Own.TotalMicroseconds / got);
    }

    private sealed class Author(LoadConnection connection, Room room)
    {
        private readonly byte[] _text = [.. Enumerable.Repeat((byte)'x', TextLength)];
        private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isSending = true;
        private long _sent;
        private long _receipts;

        public long Receipts => Volatile.Read(ref _receipts);

        public void Start(int outstanding)
        {
            connection.Listen(OnPayload);
            for (var i = 0; i < outstanding; i++) Send();
        }

        public async Task StopAsync(TimeSpan limit)
        {
            _isSending = false;
            await _drained.Task.WaitAsync(limit);
            connection.ThrowIfBroken();
        }

        // Several threads at the start, one for each answer afterwards: a message on the way is never two.
        private void Send()
        {
            var number = Interlocked.Increment(ref _sent);
            connection.Queue(to =>
            {
                new Stamp(room.Number, number, 0).Write(_text);
                connection.Dialect.SendDurably(to, room, _text, number);
            });
        }

        private void OnPayload(ReadOnlySpan<byte> payload)
        {
            if (!payload.StartsWith(Dialect.Receipt)) throw new InvalidDataException($"In place of a receipt came: {System.Text.Encoding.UTF8.GetString(payload)}");
            var receipts = Interlocked.Increment(ref _receipts);
            if (_isSending) Send();
            else if (receipts == Volatile.Read(ref _sent)) _drained.TrySetResult();
        }
    }
}
