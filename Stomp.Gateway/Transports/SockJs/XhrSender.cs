namespace Stomp.Gateway.Transports.SockJs;

/// <summary>The body is the JSON, whatever its content type says (SockJS protocol, "XhrPolling").</summary>
internal sealed class XhrSender : ISockJsSender
{
    public ReadOnlyMemory<byte> Payload(HttpRequest request, ReadOnlyMemory<byte> body) => body;

    public Task AcceptAsync(HttpResponse response) => StompEndpoints.AnswerAsync(response.HttpContext, StatusCodes.Status204NoContent);
}
