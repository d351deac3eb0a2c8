using System.Globalization;
using System.Text;

namespace Chat.Tests.Transports.SockJsProtocol;

/// <summary>An answer that is read while it comes: each chunk of HTTP/1.1, as the SockJS protocol's tests take each for one frame.</summary>
internal sealed class SockJsStream : IDisposable
{
    private readonly RawClient _client;

    private SockJsStream(RawClient client, string head)
    {
        _client = client;
        Head = head;
    }

    /// <summary>Status line and headers.</summary>
    public string Head { get; }

    public static async Task<SockJsStream> OpenAsync(TransportHost host, string method, string path, string headers = "")
    {
        var client = await host.ConnectAsync($"{method} {path} HTTP/1.1\nHost: localhost\nContent-Length: 0\n{headers}\n");
        return new SockJsStream(client, await client.ReadToAsync("\r\n\r\n"));
    }

    /// <summary>The next chunk; empty at the end.</summary>
    public async Task<string> ReadAsync()
    {
        var length = int.Parse((await _client.ReadToAsync("\r\n"))[..^2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var chunk = Encoding.UTF8.GetString(await _client.ReadAsync(length));
        (await _client.ReadToAsync("\r\n")).Should().Be("\r\n");
        return chunk;
    }

    public async Task ShouldSayAsync(params string[] chunks)
    {
        foreach (var chunk in chunks)
            (await ReadAsync()).Should().Be(chunk);
    }

    public Task ShouldEndAsync() => ShouldSayAsync("");

    public void Dispose() => _client.Dispose();
}
