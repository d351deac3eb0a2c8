using System.Text.Json;

namespace Chat.Tests.Transports.SockJsProtocol;

public sealed class JSONEncoding(SockJsServices services) : SockJsSuite(services)
{
    [Fact]
    public async Task What_browsers_mangle_is_sent_in_escapes()
    {
        int[] mangled = [.. Range(0x200C, 0x200F), .. Range(0x2028, 0x202F), .. Range(0x2060, 0x206F), .. Range(0xFFF0, 0xFFFF)];
        var session = NewSession();
        await PostAsync(session + "/xhr");
        await SayAsync(session, $"[\"{string.Concat(mangled.Select(code => (char)code))}\"]");

        (await PostAsync(session + "/xhr")).ShouldBe(200, $"a[\"{string.Concat(mangled.Select(code => $"\\u{code:x4}"))}\"]\n");
    }

    /// <summary>The client escapes a good part of them, each version another.</summary>
    [Fact]
    public async Task Every_character_may_come_in_an_escape()
    {
        int[] all = [.. Range(0, 0xD7FF), .. Range(0xE000, 0xFFFF)];
        var session = NewSession();
        await PostAsync(session + "/xhr");
        await SayAsync(session, $"[\"{string.Concat(all.Select(code => $"\\u{code:x4}"))}\"]");

        var frame = (await PostAsync(session + "/xhr")).Body;
        JsonSerializer.Deserialize<string[]>(frame[1..]).Should().Equal(string.Concat(all.Select(code => (char)code)));
    }

    [Theory]
    [InlineData(@"\ud800", @"\ud800")]
    [InlineData(@"\udfff", @"\udfff")]
    [InlineData(@"\ud83d\ude00", "😀")]
    [InlineData(@"\ude00\ud83d", @"\ude00\ud83d")]
    public async Task Surrogates_come_back_in_pairs_and_alone(string sent, string got)
    {
        var session = NewSession();
        await PostAsync(session + "/xhr");
        await SayAsync(session, $"[\"{sent}\"]");

        (await PostAsync(session + "/xhr")).ShouldBe(200, $"a[\"{got}\"]\n");
    }

    private static IEnumerable<int> Range(int first, int last) => Enumerable.Range(first, last - first + 1);
}
