using System.Text;
using System.Text.Json;
using Chat.Tests.Transports;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Fuzz;

/// <summary>Connects by some transport, misbehaves in some way, and goes in some way. It expects nothing of the server but that it is there.</summary>
internal sealed class HostileClient(int httpPort, int tcpPort, HostileScripts scripts)
{
    private const string Host = "Host: 127.0.0.1\r\n";
    private const string Upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

    /// <summary>How long one of them keeps silence; longer than a server takes to answer, shorter than it takes to lose patience.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(100);

    /// <summary>Longer than the server waits for a CONNECT, a heart-beat or the next poll.</summary>
    private static readonly TimeSpan LongSilence = TimeSpan.FromSeconds(6);

    /// <summary>The server's patience with a client that does not log in is five seconds, and its farewell takes five at most.</summary>
    private static readonly TimeSpan ServersPatience = TimeSpan.FromSeconds(60);

    /// <returns>What was done, to be counted.</returns>
    public async Task<string> RunAsync(Dice dice)
    {
        var (name, messages) = scripts.Next(dice);
        switch (dice.Next(8))
        {
            case 0:
                using (var socket = await HostileSocket.OpenAsync(dice.OneIn(5) ? tcpPort : httpPort))
                {
                    await socket.SendAsync(RoughHttp(dice));
                    await LeaveAsync(socket, dice);
                }
                return "rough HTTP";
            case 1:
                await SpeakXhrAsync(messages, dice);
                return $"xhr: {name}";
            case 2 or 3:
                using (var socket = await HostileSocket.OpenAsync(tcpPort))
                {
                    foreach (var message in messages) await SendAsync(socket, message, dice);
                    await LeaveAsync(socket, dice, HostileScripts.NeverLogsIn(name));
                }
                return $"TCP: {name}";
            case 4:
                await SpeakWebSocketAsync($"/ws/0/{dice.Next64()}/websocket", messages.Select(m => Frame(dice, WebSocketOpcode.Text, SockJsArray(m, dice))), dice, HostileScripts.NeverLogsIn(name));
                return $"SockJS WebSocket: {name}";
            case 5:
                await SpeakWebSocketAsync("/ws", [OctetMutator.Mutate(WebSocketGenerator.Generate(dice), dice)], dice);
                return "WebSocket: spoilt frames of its own";
            default:
                await SpeakWebSocketAsync("/ws", messages.Select(m => Frame(dice, WebSocketOpcode.Binary, m)), dice, HostileScripts.NeverLogsIn(name));
                return $"WebSocket: {name}";
        }
    }

    private async Task SpeakWebSocketAsync(string path, IEnumerable<byte[]> frames, Dice dice, bool isForServerToEnd = false)
    {
        using var socket = await HostileSocket.OpenAsync(httpPort);
        await socket.SendAsync($"GET {path} HTTP/1.1\r\n{Host}{Upgrade}{dice.Pick("", "Sec-WebSocket-Extensions: permessage-deflate\r\n")}\r\n");
        if (!dice.OneIn(4)) await socket.ReceiveAsync(ServersPatience);
        foreach (var frame in frames) await SendAsync(socket, frame, dice);
        if (dice.OneIn(5)) await socket.SendAsync(ClientFrames.Close(1000));
        await LeaveAsync(socket, dice, isForServerToEnd);
    }

    private async Task SpeakXhrAsync(IEnumerable<byte[]> messages, Dice dice)
    {
        var session = $"/ws/0/{dice.Next64()}";
        using var socket = await HostileSocket.OpenAsync(httpPort);
        using var other = await HostileSocket.OpenAsync(httpPort);
        await socket.SendAsync(Receive(session, dice));
        await socket.ReceiveAsync(ServersPatience);
        foreach (var message in messages) await SendAsync(other, Send(session, SockJsArray(message, dice), dice), dice);
        if (dice.OneIn(3)) await other.SendAsync($"POST {session}/xhr_send HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\n{dice.Pick("5\r\n[\"a\"", "ZZ\r\n", "ffffffffffffffff\r\n", "2\r\n[]\r\n0\r\n\r\n")}");
        if (dice.OneIn(3)) await other.SendAsync(Receive(session, dice));
        await LeaveAsync(socket, dice);
        await LeaveAsync(other, dice);
    }

    private static string RoughHttp(Dice dice)
    {
        var path = dice.Pick("/", "/ws", "/ws/info", "/ws/websocket", "/ws/0/x/xhr", "/ws/0/x/xhr_send", "/ws/0/x/websocket", "/ws/0/../x", "/ws/%00", "/api/v1/rooms", "/api/v1/rooms/x/messages", "/client.json",
            "/health/live", "/openapi/v1.json", $"/ws?access_token={new string('a', dice.Few(30_000))}", "//", "*", "http://x/ws");
        var method = dice.Pick("GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "CONNECT", "TRACE", "GETT", "get", "\x16\x03\x01");
        var headers = dice.Next(8) switch
        {
            0 => Upgrade,
            1 => Upgrade.Replace("13", "8", StringComparison.Ordinal),
            2 => "Upgrade: websocket\r\nConnection: Upgrade\r\n",
            3 => $"{Upgrade}Origin: https://evil.example\r\n",
            4 => $"Authorization: Bearer {new string('x', dice.Few(40_000))}\r\n",
            5 => string.Concat(Enumerable.Range(0, dice.Few(300)).Select(i => $"X-{i}: {i}\r\n")),
            6 => $"Content-Length: {OctetMutator.EdgeNumber(dice)}\r\nContent-Type: application/json\r\n",
            _ => "Transfer-Encoding: chunked\r\n",
        };
        var request = $"{method} {path} {dice.Pick("HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "")}\r\n{Host}{headers}\r\n{dice.Pick("", "{", "5\r\n", "\0\n\n\0")}";
        return dice.OneIn(3) ? request[..dice.Next(request.Length)] : dice.OneIn(3) ? Encoding.Latin1.GetString(OctetMutator.Mutate(Encoding.Latin1.GetBytes(request), dice)) : request;
    }

    private static byte[] Receive(string session, Dice dice) => dice.Next(5) switch
    {
        0 or 1 => Post($"{session}/{dice.Pick("xhr", "xhr_streaming", "eventsource", "")}", []),
        _ => Encoding.UTF8.GetBytes($"GET {session}/{dice.Pick("eventsource", "htmlfile?c=f", "jsonp?c=f", "jsonp?c=%3Cscript", "htmlfile", "xhr")} HTTP/1.1\r\n{Host}\r\n"),
    };

    private static byte[] Send(string session, byte[] json, Dice dice) => dice.Next(4) switch
    {
        0 => Post($"{session}/jsonp_send", Encoding.UTF8.GetBytes($"d={Uri.EscapeDataString(Encoding.UTF8.GetString(json))}"), "Content-Type: application/x-www-form-urlencoded\r\n"),
        1 => Post($"{session}/jsonp_send", OctetMutator.Mutate([.. "d=%5B%22"u8, .. json, .. "%zz%2"u8], dice), "Content-Type: application/x-www-form-urlencoded\r\n"),
        _ => Post($"{session}/xhr_send", json),
    };

    private static byte[] Post(string path, byte[] body, string headers = "") => [.. Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\n{Host}{headers}Content-Length: {body.Length}\r\n\r\n"), .. body];

    private static byte[] SockJsArray(byte[] message, Dice dice)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new[] { Encoding.UTF8.GetString(message) });
        return dice.OneIn(8) ? OctetMutator.Mutate(json, dice) : json;
    }

    private static byte[] Frame(Dice dice, WebSocketOpcode opcode, byte[] payload)
    {
        var frame = ClientFrames.Frame(opcode, payload);
        return dice.OneIn(20) ? OctetMutator.Mutate(frame, dice) : frame;
    }

    /// <summary>In one piece or in two.</summary>
    private static async Task SendAsync(HostileSocket socket, byte[] octets, Dice dice)
    {
        var cut = dice.OneIn(4) ? dice.Next(octets.Length + 1) : 0;
        await socket.SendAsync(octets.AsMemory(0, cut));
        await socket.SendAsync(octets.AsMemory(cut));
    }

    /// <param name="socket">Nothing more is sent on it.</param>
    /// <param name="dice">Choose the way.</param>
    /// <param name="isForServerToEnd">
    /// Whether the server loses patience by itself: a connection of STOMP that never logs in. HTTP is kept alive, and so is who logged in without heart-beats.
    /// </param>
    private static async Task LeaveAsync(HostileSocket socket, Dice dice, bool isForServerToEnd = false)
    {
        switch (dice.Next(8))
        {
            case 0 or 1 or 2: socket.Cut(); break;
            case 3: socket.Dispose(); break;
            case 4 when isForServerToEnd: await socket.ReadToEndAsync(ServersPatience); break;
            case 4 when dice.OneIn(10): await socket.ReceiveAsync(LongSilence); await socket.ReceiveAsync(LongSilence); socket.Dispose(); break;
            case 5: await socket.ReceiveAsync(Silence); socket.Cut(); break;
            case 6: socket.EndSending(); await socket.ReceiveAsync(Silence); socket.Dispose(); break;
            default: await socket.ReceiveAsync(TimeSpan.FromSeconds(1)); socket.Dispose(); break;
        }
    }
}
