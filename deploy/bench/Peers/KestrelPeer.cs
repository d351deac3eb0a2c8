using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatStomp.Bench.Peers;

/// <summary>
/// What managed code can do at best: WebSockets on Kestrel's upgraded streams without any protocol above. Each message is framed once, and each connection's
/// writer joins all that waits for it into one write. Nobody is asked who he is, nothing is stored, and a slow client has no bound.
/// </summary>
internal static class KestrelPeer
{
    public const string Name = "kestrel";

    private static readonly ConcurrentDictionary<string, RoomOfPeer> Rooms = [];

    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var app = builder.Build();
        app.Run(ServeAsync);
        await app.StartAsync();
        Console.WriteLine("listening");
        await app.WaitForShutdownAsync();
    }

    private static async Task ServeAsync(HttpContext context)
    {
        var upgrade = context.Features.GetRequiredFeature<IHttpUpgradeFeature>();
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = "websocket";
        await using var stream = await upgrade.UpgradeAsync();
        var listener = new Listener(stream);
        var writing = listener.WriteAsync();
        try
        {
            await ReadAsync(stream, listener);
        }
        catch (IOException)
        {
            // A client that drops the connection is nothing to tell.
        }
        finally
        {
            foreach (var room in Rooms.Values) room.Remove(listener);
            listener.Queue.Writer.Complete();
            await writing;
        }
    }

    private static async Task ReadAsync(Stream stream, Listener listener)
    {
        byte[]? rest = null;
        var restLength = 0;
        while (true)
        {
            if (restLength == 0) _ = await stream.ReadAsync(Memory<byte>.Empty);
            var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
            try
            {
                rest?.AsSpan(0, restLength).CopyTo(buffer);
                var count = await stream.ReadAsync(buffer.AsMemory(restLength));
                if (count == 0) return;
                var length = restLength + count;
                var used = Take(buffer.AsSpan(0, length), listener);
                restLength = length - used;
                rest = restLength > 0 ? buffer.AsSpan(used, restLength).ToArray() : null;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static int Take(Span<byte> octets, Listener listener)
    {
        var used = 0;
        while (octets.Length - used >= 6)
        {
            var frame = octets[used..];
            var (header, length) = (2, frame[1] & 0x7F);
            if (length == 126) (header, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(frame[2..]));
            if (frame.Length < header + 4 + length) break;
            var mask = frame.Slice(header, 4);
            var payload = frame.Slice(header + 4, length);
            for (var i = 0; i < payload.Length; i++) payload[i] ^= mask[i & 3];
            if ((frame[0] & 0x0F) is 1 or 2) OnMessage(payload, listener);
            used += header + 4 + length;
        }
        return used;
    }

    private static void OnMessage(ReadOnlySpan<byte> message, Listener listener)
    {
        var rest = message[2..];
        if (message[0] == (byte)'J')
        {
            Rooms.GetOrAdd(Encoding.ASCII.GetString(rest), _ => new RoomOfPeer()).Add(listener);
            listener.Queue.Writer.TryWrite(Frame("joined"u8));
            return;
        }
        var blank = rest.IndexOf((byte)' ');
        Rooms[Encoding.ASCII.GetString(rest[..blank])].Send(Frame(rest[(blank + 1)..]));
    }

    private static byte[] Frame(ReadOnlySpan<byte> payload)
    {
        var header = payload.Length < 126 ? 2 : 4;
        var frame = new byte[header + payload.Length];
        frame[0] = 0x81;
        frame[1] = (byte)(header == 2 ? payload.Length : 126);
        if (header == 4) BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }

    private sealed class RoomOfPeer
    {
        private readonly Lock _lock = new();
        private readonly List<Listener> _listeners = [];

        public void Add(Listener listener)
        {
            lock (_lock) _listeners.Add(listener);
        }

        public void Remove(Listener listener)
        {
            lock (_lock) _listeners.Remove(listener);
        }

        public void Send(byte[] frame)
        {
            lock (_lock)
            {
                foreach (var listener in _listeners) listener.Queue.Writer.TryWrite(frame);
            }
        }
    }

    private sealed class Listener(Stream stream)
    {
        public Channel<byte[]> Queue { get; } = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });

        public async Task WriteAsync()
        {
            var joined = new ArrayBufferWriter<byte>(256);
            try
            {
                while (await Queue.Reader.WaitToReadAsync())
                {
                    while (joined.WrittenCount < 64 * 1024 && Queue.Reader.TryRead(out var frame)) joined.Write(frame);
                    await stream.WriteAsync(joined.WrittenMemory);
                    joined.ResetWrittenCount();
                }
            }
            catch (IOException)
            {
                // The reading side tells of a client that has gone.
            }
        }
    }
}
