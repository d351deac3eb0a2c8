using System.Buffers;
using System.Diagnostics;
using System.Text;
using ChatStomp.Bench.Load;

namespace ChatStomp.Bench.Scenarios;

/// <summary>One user who does one thing at a time, and how long each takes: the median of many.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private const int Opens = 300;
    private const int Lists = 30;
    private const int Sends = 1_000;

    private readonly byte[] _text = Encoding.ASCII.GetBytes(new string('x', 256));
    private readonly LoadConnection _connection;
    private readonly IReadOnlyList<Room> _rooms;

    private Visit(LoadConnection connection, IReadOnlyList<Room> rooms) => (_connection, _rooms) = (connection, rooms);

    /// <param name="subject">One of ours.</param>
    /// <param name="user">A member of all the rooms.</param>
    /// <param name="rooms">They are gone to in turn.</param>
    public static async Task<Visit> BeginAsync(Subject subject, string user, IReadOnlyList<Room> rooms) =>
        new(await LoadConnection.OpenAsync(subject.Ports[0], subject.Dialect, subject.AccountOf(user), 64 * 1024), rooms);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>Microseconds until a room has been shown.</summary>
    public Task<double> OpeningAsync() => MedianAsync(Opens, i => AskForAsync($"/app/rooms/{RoomOf(i * 7).Id}"));

    /// <summary>Microseconds until the user's list of rooms has been shown.</summary>
    public Task<double> ListingAsync() => MedianAsync(Lists, _ => AskForAsync("/app/rooms"));

    /// <summary>Microseconds from SEND to RECEIPT.</summary>
    public Task<double> SendingAsync() => MedianAsync(Sends, i =>
    {
        var frame = new ArrayBufferWriter<byte>();
        _connection.Dialect.SendDurably(frame, RoomOf(i), _text, i);
        return _connection.AskAsync(frame.WrittenMemory.ToArray(), Dialect.Receipt);
    });

    private Room RoomOf(int number) => _rooms[number % _rooms.Count];

    private Task AskForAsync(string destination) => _connection.AskAsync(
        Encoding.UTF8.GetBytes($"SUBSCRIBE\nid:once\ndestination:{destination}\n\n\0UNSUBSCRIBE\nid:once\nreceipt:done\n\n\0"), Dialect.Receipt);

    /// <summary>Twice around, for the server's own warming up; the second time counts.</summary>
    private static async Task<double> MedianAsync(int count, Func<int, Task> ask)
    {
        for (var i = 0; i < count; i++) await ask(i);
        var times = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await ask(i);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }
        times.Sort();
        return times[count / 2];
    }
}
