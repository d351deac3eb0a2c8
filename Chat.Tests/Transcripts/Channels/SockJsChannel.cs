using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Chat.Tests.Transcripts.Channels;

/// <summary>A SockJS session by one of its transports, spoken as the browser library does.</summary>
internal abstract class SockJsChannel : IClientChannel
{
    private readonly Channel<byte[]> _received = Channel.CreateUnbounded<byte[]>();

    public int? CloseCode { get; private set; }

    public abstract Task SendAsync(byte[] octets);

    public async Task<byte[]?> ReceiveAsync() => await _received.Reader.WaitToReadAsync() && _received.Reader.TryRead(out var octets) ? octets : null;

    public abstract void Cut();

    public abstract ValueTask DisposeAsync();

    protected static string Array(byte[] octets) => JsonSerializer.Serialize(new[] { Encoding.UTF8.GetString(octets) });

    /// <summary>Takes one frame of the protocol; false when it was the last.</summary>
    protected bool Take(string frame)
    {
        if (frame.StartsWith('a'))
        {
            foreach (var message in JsonElement.Parse(frame[1..]).EnumerateArray()) _received.Writer.TryWrite(Encoding.UTF8.GetBytes(message.GetString()!));
        }
        else if (frame.StartsWith('c'))
        {
            CloseCode = JsonElement.Parse(frame[1..])[0].GetInt32();
            return false;
        }
        return true;
    }

    protected void End(Exception? failure = null) => _received.Writer.TryComplete(failure);
}

/// <summary>SockJS framing in WebSocket messages.</summary>
internal sealed class SockJsWebSocketChannel : SockJsChannel
{
    private readonly ClientWebSocket _socket = new();
    private Task _receiving = Task.CompletedTask;

    public static async Task<SockJsWebSocketChannel> OpenAsync(Uri stomp)
    {
        var channel = new SockJsWebSocketChannel();
        await channel._socket.ConnectAsync(new Uri($"{stomp.ToString().Replace("http", "ws", StringComparison.Ordinal)}/0/{Guid.NewGuid():N}/websocket"), CancellationToken.None);
        channel._receiving = channel.ReceiveAllAsync();
        return channel;
    }

    public override Task SendAsync(byte[] octets) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(Array(octets)), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public override void Cut() => _socket.Abort();

    public override async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReceiveAllAsync()
    {
        var buffer = new byte[64 * 1024];
        var message = new List<byte>();
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType is WebSocketMessageType.Close) break;
                message.AddRange(buffer.AsSpan(0, received.Count));
                if (!received.EndOfMessage) continue;
                Take(Encoding.UTF8.GetString([.. message]));
                message.Clear();
            }
            if (_socket.State is WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
            End();
        }
        catch (WebSocketException e)
        {
            End(e);
        }
    }
}

/// <summary>SockJS over HTTP: a receiving request that is made again and again, and requests that send.</summary>
internal sealed class SockJsHttpChannel : SockJsChannel
{
    private readonly HttpClient _http = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly string _session;
    private readonly Kind _kind;
    private Task _receiving = Task.CompletedTask;

    private SockJsHttpChannel(Uri stomp, Kind kind) => (_session, _kind) = ($"{stomp}/0/{Guid.NewGuid():N}", kind);

    /// <param name="stomp">The SockJS base URL.</param>
    /// <param name="transport"><c>xhr_streaming</c>, <c>xhr</c>, <c>eventsource</c>, <c>htmlfile</c> or <c>jsonp</c>.</param>
    public static async Task<SockJsHttpChannel> OpenAsync(Uri stomp, string transport)
    {
        var channel = new SockJsHttpChannel(stomp, Kinds[transport]);
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel._receiving = channel.ReceiveAllAsync(opened);
        await opened.Task;
        return channel;
    }

    public override async Task SendAsync(byte[] octets)
    {
        using var content = _kind.SendsForm
            ? new StringContent($"d={Uri.EscapeDataString(Array(octets))}", Encoding.UTF8, "application/x-www-form-urlencoded")
            : new StringContent(Array(octets), Encoding.UTF8, "text/plain");
        using var answer = await _http.PostAsync($"{_session}/{(_kind.SendsForm ? "jsonp_send" : "xhr_send")}", content, _cut.Token);
        answer.EnsureSuccessStatusCode();
    }

    public override void Cut() => _cut.Cancel();

    public override async ValueTask DisposeAsync()
    {
        await _cut.CancelAsync();
        await _receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _cut.Dispose();
    }

    private async Task ReceiveAllAsync(TaskCompletionSource opened)
    {
        try
        {
            while (await ReceiveOnceAsync(opened))
            {
            }
            End();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            opened.TrySetException(e);
            End(e);
        }
    }

    private async Task<bool> ReceiveOnceAsync(TaskCompletionSource opened)
    {
        using var request = new HttpRequestMessage(_kind.Method, $"{_session}/{_kind.Url}");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _cut.Token);
        answer.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(_cut.Token), Encoding.UTF8);
        while (await reader.ReadLineAsync(_cut.Token) is { } line)
        {
            if (_kind.FrameOf(line) is not { Length: > 0 } frame) continue;
            opened.TrySetResult();
            if (!Take(frame)) return false;
        }
        return true;
    }

    /// <summary>How a transport wraps its frames; each stands in a line of its own.</summary>
    private sealed record Kind(HttpMethod Method, string Url, Func<string, string?> FrameOf, bool SendsForm = false);

    private static readonly Dictionary<string, Kind> Kinds = new(StringComparer.Ordinal)
    {
        ["xhr_streaming"] = new(HttpMethod.Post, "xhr_streaming", line => line.All(c => c == 'h') && line.Length > 1 ? null : line),
        ["xhr"] = new(HttpMethod.Post, "xhr", line => line),
        ["eventsource"] = new(HttpMethod.Get, "eventsource", line => line.StartsWith("data: ", StringComparison.Ordinal) ? Uri.UnescapeDataString(line[6..]) : null),
        ["htmlfile"] = new(HttpMethod.Get, "htmlfile?c=callback", line => line.StartsWith("p(", StringComparison.Ordinal) ? Argument(line[2..^2]) : null),
        ["jsonp"] = new(HttpMethod.Get, "jsonp?c=callback", line => line.StartsWith("/**/callback(", StringComparison.Ordinal) ? Argument(line[13..^2]) : null, SendsForm: true),
    };

    private static string Argument(string script) => JsonElement.Parse(script).GetString()!;
}
