using System.Text;

namespace Chat.Tests.Transcripts;

/// <summary>The end that a transcript cannot bring about: the server's own.</summary>
public sealed class StoppingTests
{
    [Fact]
    public async Task A_server_that_stops_says_so_by_every_transport()
    {
        // Those that poll first: they have to wait for an answer again by the time when no more connections are taken.
        string[] transports = ["xhr", "jsonp", "websocket", "sockjs_websocket", "xhr_streaming", "eventsource", "htmlfile", "tcp"];
        var host = new TranscriptHost();
        await host.InitializeAsync();
        var clients = new List<TranscriptClient>();
        foreach (var transport in transports)
        {
            var client = new TranscriptClient(await host.OpenAsync(transport));
            clients.Add(client);
            await client.Channel.SendAsync(Encoding.UTF8.GetBytes($"CONNECT\naccept-version:1.2\nlogin:{TranscriptHost.ServiceLogin}\npasscode:{TranscriptHost.ServicePasscode}\n\n\0"));
            await client.ReadFrameAsync();
        }

        var stopping = host.DisposeAsync();
        var told = new List<(string, string, int?)>();
        foreach (var (client, transport) in clients.Zip(transports))
        {
            var rest = await client.ReadEndAsync().WaitAsync(Patience);
            told.Add((transport, rest, client.Channel.CloseCode));
        }
        await stopping;
        foreach (var client in clients) await client.Channel.DisposeAsync();

        // TCP has no codes; its end is an orderly one.
        told.Should().Equal(transports.Select(transport => (transport, "", transport == "tcp" ? (int?)null : 1001)));
    }
}
