using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>
/// One response that carries what a session sends. It ends when
/// 1. another response is attached to the session already: it says so and leaves that one alone;
/// 2. a frame was sent and the transport takes one a response;
/// 3. a streaming response has grown to its limit, and the client comes back with a new request;
/// 4. the close frame was sent;
/// 5. the client broke off: what was under way is lost, so the session ends too, and a new request finds a new one;
/// 6. the session is gone.
/// </summary>
internal static class SockJsResponse
{
    private static readonly ReadOnlyMemory<byte> AnotherConnection = SockJsFrame.Close(2010, "Another connection still open");

    public static async Task SendAsync(HttpContext context, SockJsSession session, ISockJsReceiver receiver, SockJsOptions options)
    {
        Prepare(context, receiver);
        var buffer = new PooledBuffer();
        var lifetime = context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        var isAttached = session.TryAttach(lifetime.Abort);
        try
        {
            await SendPreludeAsync(context, receiver, buffer);
            if (isAttached)
                await SendFramesAsync(context, session, receiver, buffer, options.StreamingBytes);
            else
                WriteFrame(context, receiver, buffer, AnotherConnection.Span); // 1
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            if (isAttached)
                session.Abort(); // 5
        }
        finally
        {
            if (isAttached)
                session.Detach();
            buffer.Clear();
        }
    }

    private static async Task SendPreludeAsync(HttpContext context, ISockJsReceiver receiver, PooledBuffer buffer)
    {
        receiver.WritePrelude(buffer);
        if (buffer.Length == 0)
            return;
        WriteChunk(context.Response.BodyWriter, buffer.Span);
        buffer.Clear();
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static async Task SendFramesAsync(HttpContext context, SockJsSession session, ISockJsReceiver receiver, PooledBuffer buffer, int limit)
    {
        long sent = 0;
        while (await session.NextAsync(context.RequestAborted) is { } delivery) // 6
        {
            sent += WriteFrame(context, receiver, buffer, delivery.Octets.Span);

            // The last frame goes out with the response's end, which the client sees only after the session was detached: its next request may
            // come over another socket, and must not be told that this one is still open. So there is no Content-Length either.
            var isEnd = !receiver.IsStreaming || sent >= limit || delivery.IsLast; // 2, 3, 4
            if (!isEnd)
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            session.Sent();
            if (isEnd)
                return;
        }
    }

    /// <summary>How much was written, counted with the transport's framing.</summary>
    private static int WriteFrame(HttpContext context, ISockJsReceiver receiver, PooledBuffer buffer, ReadOnlySpan<byte> frame)
    {
        receiver.WriteFrame(buffer, frame);
        var length = buffer.Length;
        WriteChunk(context.Response.BodyWriter, buffer.Span);
        buffer.Clear();
        return length;
    }

    /// <summary>In one piece, so that it is one chunk of HTTP/1.1: the SockJS protocol's tests, and simple clients, take a chunk for a frame.</summary>
    private static void WriteChunk(PipeWriter body, ReadOnlySpan<byte> octets)
    {
        octets.CopyTo(body.GetSpan(octets.Length));
        body.Advance(octets.Length);
    }

    private static void Prepare(HttpContext context, ISockJsReceiver receiver)
    {
        context.Response.ContentType = receiver.ContentType;
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();

        // As for a WebSocket: the connection's budget decides who is too slow.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }
}
