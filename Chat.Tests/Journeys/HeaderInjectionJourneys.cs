using Chat.Tests.Support;

namespace Chat.Tests.Journeys;

/// <summary>Line ends, NULs and colons in everything that comes back to clients in headers, over the wire in every version.</summary>
public sealed class HeaderInjectionJourneys(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Evil = "x\nevil:1\r\n\r\n:end";

    private static readonly string[] OfMessage = ["subscription", "destination", "message-id", "content-type", "content-length"];

    private readonly GatewayProcess _gateway = running.Process;

    /// <summary>Colons and backslashes may be in it; a control character may not.</summary>
    private readonly string _mallory = $@"mal:lory\n\c-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.1")]
    [InlineData("1.2")]
    public async Task What_a_client_says_comes_back_in_its_place_and_never_as_a_header_of_its_own(string version)
    {
        var token = TestTokens.IssueNamed(_mallory, Evil);
        var room = (await _gateway.AskAsync(HttpMethod.Post, "/rooms", token, new { name = "Tea" })).GetProperty("id").GetString()!;
        var (sent, back) = OnTheWire(version);
        await using var client = await ConnectAsync(version, token);

        await client.SendAsync($"SUBSCRIBE\nid:{sent}\ndestination:/user/queue/errors\nreceipt:{sent}\n\n\0");
        ShouldHave(await client.ReadAsync(), "RECEIPT", ("receipt-id", back));

        await client.SendAsync($"SEND\ndestination:/app/{sent}\nreceipt:{sent}\nclient-message-id:{sent}\n\n\0");
        var refusal = await client.ReadAsync();
        refusal.Headers.Keys.Should().BeEquivalentTo(OfMessage);
        refusal["subscription"].Should().Be(back);
        refusal.Json.GetProperty("destination").GetString().Should().Be($"/app/{Meant(version)}");
        refusal.Json.GetProperty("receipt").GetString().Should().Be(Meant(version));

        await client.SendAsync($"SUBSCRIBE\nid:{sent}2\ndestination:/topic/rooms/{room}\n\n\0SEND\ndestination:/app/rooms/{room}/messages\n\n{{\"text\":\"x\"}}\0");
        var message = await client.ReadAsync();
        message.Headers.Keys.Should().BeEquivalentTo([.. OfMessage, "seq"]);
        message["subscription"].Should().Be($"{back}2");
        message.Json.GetProperty("message").GetProperty("sender").GetProperty("name").GetString().Should().Be(Evil);

        await client.SendAsync($"SUBSCRIBE\nreceipt:{sent}\n\n\0");
        var error = await client.ReadAsync();
        error.Headers.Keys.Should().BeEquivalentTo("message", "version", "receipt-id", "content-type", "content-length");
        error["receipt-id"].Should().Be(back);
    }

    [Theory]
    [InlineData("1.0", null)]
    [InlineData("1.1", @"a\cb\nc\\d")]
    [InlineData("1.2", @"a\cb\nc\\d")]
    public async Task A_services_own_headers_make_no_others_for_subscribers_of_any_version(string version, string? nameOnTheWire)
    {
        var topic = $"/topic/{Guid.NewGuid():N}";
        await using var subscriber = await ConnectAsync(version, TestTokens.Issue(_mallory, "service"));
        await subscriber.SendAsync($"SUBSCRIBE\nid:0\ndestination:{topic}\nreceipt:r\n\n\0");
        ShouldHave(await subscriber.ReadAsync(), "RECEIPT", ("receipt-id", "r"));
        await using var sender = await ConnectAsync("1.2", TestTokens.Issue("sender", "service"));

        await sender.SendAsync($"SEND\ndestination:{topic}\ncorrelation-id:{OnTheWire("1.2").Sent}\ncontent-length\\c0:1\ncontent-length :0\na\\cb\\nc\\\\d:own\n\nbody\0");

        var message = await subscriber.ReadAsync();
        string[] own = nameOnTheWire is null ? [] : [nameOnTheWire, @"content-length\c0"];
        message.Headers.Keys.Should().BeEquivalentTo(["subscription", "destination", "message-id", "redelivered", "correlation-id", "content-length", .. own]);
        message["content-length"].Should().Be("4");
        message.Body.Should().Be("body");
    }

    [Theory]
    [InlineData("mal\nlory")]
    [InlineData("mal\rlory")]
    [InlineData("mal\0lory")]
    public async Task A_user_id_with_a_control_character_is_refused_without_being_repeated(string subject)
    {
        await using var client = await StompTestClient.OpenAsync(_gateway.StompUrl);
        await client.SendAsync($"CONNECT\naccept-version:1.2\nAuthorization:Bearer {TestTokens.Issue(subject)}\n\n\0");
        var error = await client.ReadAsync();
        error.Headers.Keys.Should().BeEquivalentTo("message", "code", "version", "content-type", "content-length");
        $"{error}".Should().NotContain("lory");
    }

    /// <summary>How a client of the version writes the evil text, and how the server writes it back; 1.0 has no line ends in values at all.</summary>
    private static (string Sent, string Back) OnTheWire(string version)
    {
        if (version == "1.0") return (Meant(version), Meant(version));
        var sent = Evil.Replace(":", @"\c", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal).Replace("\r", @"\r", StringComparison.Ordinal);
        return (sent, version == "1.1" ? sent.Replace(@"\r", " ", StringComparison.Ordinal) : sent);
    }

    private static string Meant(string version) => version == "1.0" ? @"x\nevil:1\r:end" : Evil;

    private async Task<StompTestClient> ConnectAsync(string version, string token)
    {
        var client = await StompTestClient.OpenAsync(_gateway.StompUrl);
        await client.SendAsync($"CONNECT\naccept-version:{version}\nAuthorization:Bearer {token}\n\n\0");
        var connected = await client.ReadAsync();
        connected.Headers.Keys.Should().BeEquivalentTo("version", "heart-beat", "session", "server", "user-name");
        connected["version"].Should().Be(version);
        return client;
    }

    private static void ShouldHave(TestFrame frame, string command, params (string Name, string Value)[] headers)
    {
        frame.Command.Should().Be(command);
        frame.Headers.Should().BeEquivalentTo(headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.Ordinal));
    }
}
