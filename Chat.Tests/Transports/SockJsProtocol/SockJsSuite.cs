using System.Text;

namespace Chat.Tests.Transports.SockJsProtocol;

/// <summary>
/// The checks of the SockJS protocol's public tests, class by class under their names, against the four services. A session has a name of its
/// own in each test.
/// </summary>
public abstract class SockJsSuite(SockJsServices services) : IClassFixture<SockJsServices>
{
    protected const string Form = "application/x-www-form-urlencoded";
    protected static readonly string Prelude = new string('h', 2048) + "\n";

    private protected TransportHost Host => services.Host;

    protected static string NewSession(string service = "/echo") => $"{service}/000/{Guid.NewGuid()}";

    private protected Task<SockJsAnswer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, content: null, headers);

    private protected Task<SockJsAnswer> OptionsAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Options, path, content: null, headers);

    private protected Task<SockJsAnswer> PostAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, content: null, headers);

    private protected Task<SockJsAnswer> PostBodyAsync(string path, string body, string? contentType = "text/plain", params (string Name, string Value)[] headers)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return SendAsync(HttpMethod.Post, path, content, headers);
    }

    /// <summary>Sends messages by xhr_send.</summary>
    private protected async Task SayAsync(string session, string json) => (await PostBodyAsync(session + "/xhr_send", json)).ShouldBe(204, "");

    private protected Task<SockJsStream> StreamAsync(string path, string method = "POST") => SockJsStream.OpenAsync(Host, method, path);

    private protected async Task ShouldAnswerAPreflightAsync(string path, string methods)
    {
        foreach (var origin in new[] { "test", "null" })
        {
            var answer = await OptionsAsync(path, ("Origin", origin), ("Access-Control-Request-Method", methods));
            answer.ShouldBe(204, "");
            answer.ShouldBeCachedForAYear();
            answer.ShouldAllow(origin);
            answer["Access-Control-Allow-Methods"].Should().Be(methods);
            int.Parse(answer["Access-Control-Max-Age"]!).Should().BeGreaterThan(1_000_000);
        }
    }

    private async Task<SockJsAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Host.Http.SendAsync(request);
        return await SockJsAnswer.ReadAsync(response);
    }
}
