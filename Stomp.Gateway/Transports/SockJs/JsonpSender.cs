using System.Net;

namespace Stomp.Gateway.Transports.SockJs;

/// <summary>The JSON is the field <c>d</c> of a form that a page submitted, or the body as it is (SockJS protocol, "JsonPolling").</summary>
internal sealed class JsonpSender : ISockJsSender
{
    public ReadOnlyMemory<byte> Payload(HttpRequest request, ReadOnlyMemory<byte> body) => request.HasFormContentType ? Field(body) : body;

    /// <summary>Some browsers take an answer without a body for an error.</summary>
    public Task AcceptAsync(HttpResponse response) => response.WriteAsync("ok");

    /// <summary>Empty when there is no such field. A browser writes the field's name plainly, so it is not looked for among escapes.</summary>
    private static ReadOnlyMemory<byte> Field(ReadOnlyMemory<byte> form)
    {
        foreach (var range in form.Span.Split((byte)'&'))
        {
            if (form.Span[range].StartsWith("d="u8))
                return WebUtility.UrlDecodeToBytes(form[range][2..].ToArray(), 0, form[range].Length - 2);
        }
        return default;
    }
}
