namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class BaseUrlGreeting(SockJsServices services) : SockJsSuite(services)
{
    [Theory]
    [InlineData("/echo")]
    [InlineData("/echo/")]
    public async Task It_greets_with_and_without_a_slash(string path)
    {
        var answer = await GetAsync(path);

        answer.ShouldBe(200, "Welcome to SockJS!\n");
        answer["Content-Type"].Should().Be("text/plain; charset=UTF-8");
        answer["Set-Cookie"].Should().BeNull();
    }

    [Theory]
    [InlineData("/a")]
    [InlineData("/a.html")]
    [InlineData("//")]
    [InlineData("///")]
    [InlineData("/a/a")]
    [InlineData("/a/a/")]
    [InlineData("/a/")]
    public async Task What_is_no_address_of_the_service_is_not_found(string suffix) => (await GetAsync("/echo" + suffix)).Status.Should().Be(404);
}
