namespace Stomp.Gateway.Transports.SockJs;

/// <summary>How one kind of SockJS transport wraps what a client sends into an HTTP request.</summary>
internal interface ISockJsSender
{
    /// <summary>The JSON that the body holds.</summary>
    ReadOnlyMemory<byte> Payload(HttpRequest request, ReadOnlyMemory<byte> body);

    /// <summary>Answers a request whose messages were taken.</summary>
    Task AcceptAsync(HttpResponse response);
}
