using System.Buffers;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>A client's messages in the body of a request (SockJS protocol, "XhrPolling").</summary>
internal static class XhrSend
{
    public static async Task HandleAsync(HttpContext context, SockJsSession session, int limit)
    {
        context.Response.ContentType = "text/plain; charset=UTF-8";
        var body = new PooledBuffer();
        var messages = new PooledBuffer();
        try
        {
            if (!await TryReadAsync(context.Request, body, limit, context.RequestAborted))
            {
                context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return;
            }

            switch (SockJsMessages.Read(body.Span, allowBareString: false, messages))
            {
                case SockJsPayload.Missing:
                    await RefuseAsync(context, "Payload expected.");
                    return;
                case SockJsPayload.Broken:
                    await RefuseAsync(context, "Broken JSON encoding.");
                    return;
            }
            var isTaken = await session.ReceiveAsync(messages.Memory, context.RequestAborted);
            context.Response.StatusCode = isTaken ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (IOException)
        {
            // The body ends too early, or its chunks have no good lengths: no whole message came, and its connection is of no further use.
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        }
        finally
        {
            body.Clear();
            messages.Clear();
        }
    }

    /// <summary>False when the body is larger than the limit.</summary>
    private static async Task<bool> TryReadAsync(HttpRequest request, PooledBuffer body, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
            return false;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            var isTooLarge = body.Length + read.Buffer.Length > limit;
            if (!isTooLarge)
            {
                foreach (var part in read.Buffer)
                    body.Write(part.Span);
            }
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (isTooLarge || read.IsCompleted)
                return !isTooLarge;
        }
    }

    /// <summary>The SockJS protocol's status for what is the client's own fault; its tests insist on it.</summary>
    private static Task RefuseAsync(HttpContext context, string why)
    {
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return context.Response.WriteAsync(why);
    }
}
