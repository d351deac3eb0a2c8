using System.Text;

namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class SessionURLs(SockJsServices services) : SockJsSuite(services)
{
    [Theory]
    [InlineData("/a/a")]
    [InlineData("/_/_")]
    [InlineData("/1/1")]
    [InlineData("/abcdefgh_i-j%20/abcdefg_i-j%20")]
    public async Task Any_name_will_do(string names) => (await PostAsync($"/echo{names}/xhr")).ShouldBe(200, "o\n");

    [Theory]
    [InlineData("//")]
    [InlineData("/a./a")]
    [InlineData("/a/a.")]
    [InlineData("/./.")]
    [InlineData("/")]
    [InlineData("///")]
    public async Task Names_are_not_empty_and_have_no_dots(string names)
    {
        foreach (var method in new[] { "GET", "POST" })
        {
            // By hand: HTTP clients take dots out of paths.
            using var raw = await Host.ConnectAsync($"{method} /echo{names}/xhr HTTP/1.1\nHost: localhost\nContent-Length: 0\nConnection: close\n\n");
            Encoding.ASCII.GetString(await raw.ReadToEndAsync()).Should().StartWith("HTTP/1.1 404 ");
        }
    }

    [Fact]
    public async Task The_name_of_the_server_means_nothing()
    {
        var session = Guid.NewGuid();
        (await PostAsync($"/echo/000/{session}/xhr")).ShouldBe(200, "o\n");
        await SayAsync($"/echo/000/{session}", "[\"a\"]");
        (await PostAsync($"/echo/999/{session}/xhr")).ShouldBe(200, "a[\"a\"]\n");
    }
}
