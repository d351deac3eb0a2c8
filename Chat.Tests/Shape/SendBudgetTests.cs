using System.Net;
using System.Net.Sockets;
using System.Text;
using Chat.Tests.Journeys;
using Chat.Tests.Transcripts;

namespace Chat.Tests.Shape;

/// <summary>
/// What a message takes of the heap of the whole gateway, from the octets of its SEND through the commit in SQLite and the announcement to the octets of its MESSAGE
/// and its RECEIPT. The gateway is in this process, where whatever runs beside would count too.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SendBudgetTests : IAsyncLifetime, IDisposable
{
    private const int Messages = 512;
    private const int Rounds = 8;

    private readonly TranscriptHost _host = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000 };
    private readonly string _text = new('x', 256);
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _room = "";
    private int _sent;

    public async Task InitializeAsync()
    {
        await _host.InitializeAsync();
        _room = await _host.MakeRoomAsync("budget", "alice", []);
        await _socket.ConnectAsync(IPAddress.Loopback, _host.TcpPort);
        Ask($"CONNECT\naccept-version:1.2\nhost:chat\nheart-beat:0,0\nAuthorization:Bearer {TestTokens.Issue("alice")}\n\n\0", answers: 1);
        Ask($"SUBSCRIBE\nid:sub-0\ndestination:/topic/rooms/{_room}\nreceipt:on\n\n\0", answers: 1);
    }

    public Task DisposeAsync() => _host.DisposeAsync();

    public void Dispose() => _socket.Dispose();

    /// <summary>
    /// Measured were 27.0 to 27.1 KB for a message that has a transaction to itself, and 9.0 to 9.6 KB for one of 32 that come together: some KB are its own, the rest is
    /// what a transaction takes however many share it. How many do depends on the moment, so the second budget is wider.
    /// </summary>
    [Theory]
    [InlineData(1, 30_000)]
    [InlineData(32, 12_000)]
    public void A_message_takes_no_more_than_its_budget(int atOnce, int most)
    {
        LeastPerMessage(atOnce).Should().BeInRange(_text.Length, most);
    }

    /// <summary>Of several rounds: the first ones fill pools and caches, and now and then a sweep of the outbox falls into one.</summary>
    private long LeastPerMessage(int atOnce)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var bursts = Enumerable.Range(0, Messages / atOnce).Select(_ => Burst(atOnce)).ToList();
            var before = GC.GetTotalAllocatedBytes(precise: true);
            // A MESSAGE and a RECEIPT for each.
            foreach (var burst in bursts) Ask(burst, answers: 2 * atOnce);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Messages);
        }
        return least;
    }

    private byte[] Burst(int count)
    {
        return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(_ =>
            $"SEND\ndestination:/app/rooms/{_room}/messages\ncontent-type:application/json\nreceipt:r-{++_sent}\n\n{{\"clientMessageId\":\"m-{_sent}\",\"text\":\"{_text}\"}}\0")));
    }

    private void Ask(string frames, int answers) => Ask(Encoding.UTF8.GetBytes(frames), answers);

    /// <summary>Sends, and reads so many frames. It allocates nothing itself.</summary>
    private void Ask(byte[] frames, int answers)
    {
        _socket.Send(frames);
        while (answers > 0)
        {
            var received = _buffer.AsSpan(0, _socket.Receive(_buffer));
            if (received.IsEmpty || received.StartsWith("ERROR"u8)) throw new InvalidOperationException($"In place of answers came: {Encoding.UTF8.GetString(received)}");
            answers -= received.Count((byte)0);
        }
        if (answers < 0) throw new InvalidOperationException("There were more answers than questions.");
    }
}

/// <summary>Tests that measure what their whole process does: nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
