using System.Text.Json;

namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class InfoTest(SockJsServices services) : SockJsSuite(services)
{
    [Fact]
    public async Task It_tells_what_the_service_can_do()
    {
        var answer = await GetAsync("/echo/info", ("Origin", "test"));

        answer.Status.Should().Be(200);
        answer["Content-Type"].Should().Be("application/json; charset=UTF-8");
        answer["Set-Cookie"].Should().BeNull();
        answer.ShouldNotBeCached();
        answer.ShouldAllow("test");
        var info = JsonElement.Parse(answer.Body);
        info.GetProperty("websocket").GetBoolean().Should().BeTrue();
        info.GetProperty("cookie_needed").GetBoolean().Should().BeFalse();
        info.GetProperty("origins").EnumerateArray().Select(origin => origin.GetString()).Should().Equal("*:*");
        info.GetProperty("entropy").TryGetUInt32(out _).Should().BeTrue();
    }

    [Fact]
    public async Task The_entropy_is_new_each_time()
    {
        var first = JsonElement.Parse((await GetAsync("/echo/info")).Body).GetProperty("entropy").GetUInt32();
        var second = JsonElement.Parse((await GetAsync("/echo/info")).Body).GetProperty("entropy").GetUInt32();

        second.Should().NotBe(first);
    }

    [Fact]
    public Task A_preflight_is_answered() => ShouldAnswerAPreflightAsync("/echo/info", "OPTIONS, GET");

    [Fact]
    public async Task The_origin_of_a_page_from_a_file_is_given_back()
    {
        var answer = await OptionsAsync("/echo/info", ("Origin", "null"), ("Access-Control-Request-Method", "POST"));

        answer.ShouldBe(204, "");
        answer["Access-Control-Allow-Origin"].Should().Be("null");
    }

    [Fact]
    public async Task WebSocket_can_be_off()
    {
        JsonElement.Parse((await GetAsync("/disabled_websocket_echo/info")).Body).GetProperty("websocket").GetBoolean().Should().BeFalse();

        (await GetAsync("/disabled_websocket_echo/000/x/websocket")).Status.Should().Be(404);
        (await GetAsync("/disabled_websocket_echo/websocket")).Status.Should().Be(404);
    }
}
