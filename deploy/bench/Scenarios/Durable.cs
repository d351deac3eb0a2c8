using System.Diagnostics;
using ChatStomp.Bench.Load;

namespace ChatStomp.Bench.Scenarios;

/// <summary>Messages that are stored, and answered when they are: one client, or ten with a room each, who keep so many on the way.</summary>
internal static class Durable
{
    private const int TextLength = 256;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(60);

    public static async Task<Measurements> RunAsync(Subject subject, int outstanding)
    {
        var count = outstanding == 1 ? 1 : 10;
        var users = Enumerable.Range(0, count).Select(i => $"author-{outstanding}-{i}").ToList();
        var rooms = await subject.MakeRoomsAsync([.. users.Select(IReadOnlyList<string> (user) => [user])]);
        var authors = new List<Author>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var connection = await LoadConnection.OpenAsync(subject.Ports[i % subject.Ports.Count], subject.Dialect, subject.AccountOf(users[i]), 64 * 1024);
                // RabbitMQ's queues carry the name of the run, so that they begin empty.
                authors.Add(new Author(connection, rooms[i] with { Id = subject.CanResume ? rooms[i].Id : $"{outstanding}-{rooms[i].Id}" }));
            }
            foreach (var author in authors) author.Start(outstanding / count);
            await Task.Delay(WarmUp);
            var (receipts, cpu, clock) = (authors.Sum(a => a.Receipts), subject.Cpu(), Stopwatch.StartNew());
            await Task.Delay(Measured);
            var (elapsed, used, got) = (clock.Elapsed, subject.Cpu() - cpu, authors.Sum(a => a.Receipts) - receipts);
            foreach (var author in authors) await author.StopAsync(DrainLimit);
            return new Measurements { ["receipts/s"] = got / elapsed.TotalSeconds, ["CPU µs per receipt"] = used.Own.TotalMicroseconds / got };
        }
        finally
        {
            foreach (var author in authors) await author.Connection.DisposeAsync();
        }
    }

    private sealed class Author(LoadConnection connection, Room room)
    {
        private readonly byte[] _text = [.. Enumerable.Repeat((byte)'x', TextLength)];
        private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isSending = true;
        private long _sent;
        private long _receipts;

        public LoadConnection Connection => connection;

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
