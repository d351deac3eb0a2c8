using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Stomp.Gateway.Transports;

/// <summary>The bodies of HTTP requests, as they come.</summary>
internal static class RequestBodies
{
    /// <summary>The next part of the body, which the caller advances over before it asks again.</summary>
    /// <exception cref="BadHttpRequestException">The body is larger than allowed, ends too early, or its chunks have no good lengths. Who sent it may be there to be told.</exception>
    /// <exception cref="ConnectionResetException">The client's connection broke. The request is aborted.</exception>
    /// <exception cref="OperationCanceledException">The request was aborted.</exception>
    public static async ValueTask<ReadResult> ReadPartAsync(this HttpContext context)
    {
        try
        {
            return await context.Request.BodyReader.ReadAsync(context.RequestAborted);
        }
        catch (IOException badChunk) when (badChunk.InnerException is OverflowException)
        {
            throw new BadHttpRequestException("A chunk of the body is longer than any can be.", badChunk);
        }
        catch (OperationCanceledException)
        {
            AbortUnread(context);
            throw;
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            AbortUnread(context);
            throw new ConnectionResetException(broken.Message, broken);
        }
    }

    /// <summary>Else Kestrel would read over the rest of the body, and log an error because this reading never came to its end.</summary>
    private static void AbortUnread(HttpContext context) => context.Abort();
}
