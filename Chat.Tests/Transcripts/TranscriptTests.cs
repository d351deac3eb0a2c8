namespace Chat.Tests.Transcripts;

/// <summary>Every conversation, over every transport.</summary>
public sealed class TranscriptTests(TranscriptHost host) : IClassFixture<TranscriptHost>
{
    private static readonly string[] Transports = ["memory", "websocket", "tcp", "sockjs_websocket", "xhr_streaming", "xhr", "eventsource", "htmlfile", "jsonp"];

    public static TheoryData<string, string> All()
    {
        var all = new TheoryData<string, string>();
        foreach (var name in Transcript.Names())
        {
            var only = Transcript.Read(name).Only;
            foreach (var transport in Transports.Where(t => only.Count == 0 || only.Contains(t))) all.Add(name, transport);
        }
        return all;
    }

    [Theory, MemberData(nameof(All))]
    public async Task It_goes_as_it_is_written(string transcript, string transport)
    {
        await using var player = new TranscriptPlayer(Transcript.Read(transcript), host, transport);

        await player.PlayAsync();
    }
}
