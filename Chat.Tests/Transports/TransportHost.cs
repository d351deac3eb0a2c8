using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Chat.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Stomp.Gateway.Options;
using Stomp.Gateway.Transports;
using Stomp.Gateway.Transports.SockJs.TestServices;

namespace Chat.Tests.Transports;

/// <summary>The transports alone on a real Kestrel port, with a connection that sends back what it gets.</summary>
internal sealed class TransportHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TransportHost(WebApplication app, EchoRunner runner, OpenGuard guard, LogRecorder log)
    {
        Log = log;
        _app = app;
        Runner = runner;
        Guard = guard;
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Port = address.Port;
        // A test says itself which cookies it sends.
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address, Timeout = Patience };
    }

    public EchoRunner Runner { get; }

    public OpenGuard Guard { get; }

    public HttpClient Http { get; }

    public LogRecorder Log { get; }

    public IServiceProvider Services => _app.Services;

    public int Port { get; }

    public static async Task<TransportHost> StartAsync(
        Action<SockJsOptions>? configure = null, TimeProvider? time = null, StompOptions? stomp = null, LimitsOptions? limits = null)
    {
        var runner = new EchoRunner();
        var guard = new OpenGuard();
        var log = new LogRecorder();
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<IConnectionRunner>(runner);
        builder.Services.AddSingleton<IHandshakeGuard>(guard);
        builder.Services.AddSingleton(stomp ?? new StompOptions());
        builder.Services.AddSingleton(limits ?? new LimitsOptions());
        builder.Services.AddStompTransports();
        // By a clock that nobody holds, a test that is held up between two polls must not lose its session.
        if (time is null) builder.Services.Configure<SockJsOptions>(options => options.DisconnectDelay = TimeSpan.FromMinutes(1));
        builder.Services.Configure(configure ?? (_ => { }));
        var app = builder.Build();
        app.MapStomp("/ws");
        app.MapSockJsTestServices();
        app.MapFallback(() => "a page");
        await app.StartAsync();
        return new TransportHost(app, runner, guard, log);
    }

    /// <summary>
    /// Lets the seconds go by until something has come. The server may still be on its way from its last frame to waiting when the client
    /// has read that frame, so one jump of the clock could be too early.
    /// </summary>
    public static async Task<T> WhileTimePassesAsync<T>(FakeTimeProvider clock, Task<T> awaited)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!awaited.IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Run(Thread.Yield, CancellationToken.None);
        }
        return await awaited;
    }

    public Task StopAsync() => _app.StopAsync();

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The whole answer to a POST.</summary>
    public async Task<string> PostAsync(string path, string? body = null)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>A socket on which a test speaks HTTP by itself.</summary>
    public async Task<RawClient> ConnectAsync(string request)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        var client = new RawClient(socket);
        await client.SendAsync(Encoding.Latin1.GetBytes(request.ReplaceLineEndings("\r\n")));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await _app.StopAsync(soon.Token);
        }
        catch (OperationCanceledException) when (soon.IsCancellationRequested)
        {
            // Sessions that a test has left open, whose ends it does not wait for.
        }
        await _app.DisposeAsync();
    }
}

/// <summary>Octets out, octets in.</summary>
internal sealed class RawClient(TcpClient socket) : IDisposable
{
    private readonly NetworkStream _stream = socket.GetStream();

    public ValueTask SendAsync(byte[] octets) => _stream.WriteAsync(octets);

    public async Task<byte[]> ReadAsync(int count)
    {
        var octets = new byte[count];
        await _stream.ReadExactlyAsync(octets).AsTask().WaitAsync(Patience);
        return octets;
    }

    /// <summary>Reads to and with the text; what was read.</summary>
    public async Task<string> ReadToAsync(string end)
    {
        var text = new StringBuilder();
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
            text.Append((char)(await ReadAsync(1))[0]);
        return text.ToString();
    }

    /// <summary>All that comes until the server closes; a reset is a close too.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        var all = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (await _stream.ReadAsync(buffer).AsTask().WaitAsync(Patience) is var count and > 0)
                all.Write(buffer, 0, count);
        }
        catch (IOException reset)
        {
            reset.InnerException.Should().BeOfType<SocketException>();
        }
        return all.ToArray();
    }

    public void Dispose() => socket.Dispose();
}

/// <summary>Sends back all it gets, each read as one frame; <c>bye</c> makes it close.</summary>
internal sealed class EchoRunner : IConnectionRunner
{
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(ITransport Transport, ClientOrigin Origin)> Opened { get; } = [];

    /// <summary>Why the first connection ended: "gone", "bye", "stopping", or the violation.</summary>
    public Task<string> Ended => _ended.Task.WaitAsync(Patience);

    /// <summary>Takes the place of the echo.</summary>
    public Func<ITransport, CancellationToken, Task>? Script { get; set; }

    public async Task RunAsync(ITransport transport, ClientOrigin origin, CancellationToken serverStopping)
    {
        Opened.Enqueue((transport, origin));
        if (Script is not null)
        {
            await Script(transport, serverStopping);
            return;
        }
        var (why, reason) = await EchoAsync(transport, serverStopping);
        using var deadline = new CancellationTokenSource(Patience);
        await transport.CloseAsync(reason, deadline.Token);
        transport.Abort();
        _ended.TrySetResult(why);
    }

    private static async Task<(string Why, CloseReason Reason)> EchoAsync(ITransport transport, CancellationToken serverStopping)
    {
        try
        {
            while (true)
            {
                var read = await transport.Input.ReadAsync(serverStopping);
                var octets = read.Buffer.ToArray();
                transport.Input.AdvanceTo(read.Buffer.End);
                if (octets.AsSpan().SequenceEqual("bye"u8))
                    return ("bye", new CloseReason(3000, "Go away!", "bye"));
                if (octets.Length > 0)
                {
                    transport.Write(new OutboundFrame(octets, default, System.Text.Unicode.Utf8.IsValid(octets)));
                    await transport.FlushAsync(serverStopping);
                }
                if (read.IsCompleted)
                    return ("gone", CloseReason.ClientGone);
            }
        }
        catch (TransportViolationException violation)
        {
            return (violation.Message, violation.Reason);
        }
        catch (OperationCanceledException) when (serverStopping.IsCancellationRequested)
        {
            return ("stopping", CloseReason.ServerStopping);
        }
    }
}

/// <summary>Lets everyone in as whoever <see cref="WhoIs"/> says.</summary>
internal sealed class OpenGuard : IHandshakeGuard
{
    private int _checked;

    public Func<HttpContext, ClientOrigin> WhoIs { get; set; } = _ => new ClientOrigin(IPAddress.Loopback, Token: null);

    /// <summary>Refuses by this status when it is set.</summary>
    public int? Refusal { get; set; }

    /// <summary>How many requests opened a connection.</summary>
    public int Checked => _checked;

    public IEnumerable<string> PageOrigins { get; init; } = ["https://chat.example.com"];

    public ValueTask<HandshakeVerdict> CheckAsync(HttpContext context)
    {
        Interlocked.Increment(ref _checked);
        return CheckLaterAsync(context);
    }

    public ValueTask<HandshakeVerdict> CheckLaterAsync(HttpContext context)
    {
        if (Refusal is not { } status)
            return ValueTask.FromResult(HandshakeVerdict.Accept(WhoIs(context)));
        context.Response.StatusCode = status;
        return ValueTask.FromResult(HandshakeVerdict.Refused);
    }
}
