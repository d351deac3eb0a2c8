using System.Buffers;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>
/// One request whose body brings a client's messages. They have been taken in order when it is answered; the client waits for that before it
/// sends more. A bad body is refused and the session goes on.
/// </summary>
internal static class SockJsRequest
{
    public static async Task ReceiveAsync(HttpContext context, SockJsSession session, ISockJsSender sender, SockJsOptions options)
    {
        context.Response.ContentType = "text/plain; charset=UTF-8";
        var body = new PooledBuffer();
        var messages = new PooledBuffer();
        try
        {
            if (!await TryReadAsync(context, body, options.MessageBytes))
            {
                context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return;
            }

            switch (SockJsMessages.Read(sender.Payload(context.Request, body.Memory).Span, allowBareString: false, messages, options.MessageEnd))
            {
                case SockJsPayload.Missing:
                    await RefuseAsync(context, "Payload expected.");
                    return;
                case SockJsPayload.Broken:
                    await RefuseAsync(context, "Broken JSON encoding.");
                    return;
            }
            if (await session.ReceiveAsync(messages.Memory, context.RequestAborted))
                await sender.AcceptAsync(context.Response);
            else
                context.Response.StatusCode = StatusCodes.Status404NotFound;
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

    /// <summary>Answers by the SockJS protocol's status for what is the client's own fault; its tests insist on it.</summary>
    public static Task RefuseAsync(HttpContext context, string why)
    {
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        context.Response.ContentType = "text/plain; charset=UTF-8";
        return context.Response.WriteAsync(why);
    }

    /// <summary>False when the body is larger than the limit.</summary>
    private static async Task<bool> TryReadAsync(HttpContext context, PooledBuffer body, int limit)
    {
        var request = context.Request;
        if (request.ContentLength > limit)
            return false;
        while (true)
        {
            var read = await context.ReadPartAsync();
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
}
