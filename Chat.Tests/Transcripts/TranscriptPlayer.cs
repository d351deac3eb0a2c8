using System.Text;
using Chat.Tests.Journeys;

namespace Chat.Tests.Transcripts;

/// <summary>Plays a transcript over one transport, and complains of the first line that does not come true.</summary>
internal sealed class TranscriptPlayer(Transcript transcript, TranscriptHost host, string transport) : IAsyncDisposable
{
    private readonly Dictionary<char, TranscriptClient> _clients = [];
    private readonly Dictionary<char, string> _transports = [];
    private readonly Dictionary<char, string> _users = [];
    private readonly List<TranscriptClient> _all = [];
    private readonly TranscriptValues _values = new();

    public async Task PlayAsync()
    {
        foreach (var step in transcript.Steps)
        {
            try
            {
                await PlayAsync(step).WaitAsync(Patience);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{transcript.Name}.stomp line {step.Line}: {step.Client}{step.Kind} {step.Text}\n{e.GetType().Name}: {e.Message}", e);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _all) await client.Channel.DisposeAsync();
    }

    private async Task PlayAsync(Step step)
    {
        switch (step.Kind)
        {
            case '>':
                await _clients[step.Client].Channel.SendAsync(Transcript.Octets(_values.Fill(step.Text)));
                break;
            case '<':
                _values.Compare(Transcript.Octets(step.Text), await _clients[step.Client].ReadFrameAsync());
                break;
            default:
                await ActAsync(step.Client, _values.Fill(step.Text).Split(' '));
                break;
        }
    }

    private async Task ActAsync(char name, string[] words)
    {
        switch (words)
        {
            case ["over", var own]:
                _transports[name] = own;
                break;
            case ["open"]:
                await OpenAsync(name);
                break;
            case ["connect", var version]:
                await ConnectAsync(name, version, $"login:{TranscriptHost.ServiceLogin}\npasscode:{TranscriptHost.ServicePasscode}");
                break;
            case ["connect", var version, var user]:
                _users[name] = user;
                await ConnectAsync(name, version, $"Authorization:Bearer {TestTokens.Issue(user)}");
                break;
            case ["token", var user]:
                _values["token"] = TestTokens.Issue(user);
                break;
            case ["room", var room, .. var others]:
                _values[room] = await host.MakeRoomAsync(room, _users[name], others);
                break;
            case ["beat"]:
                await _clients[name].ReadBeatAsync();
                break;
            case ["closed", .. var code]:
                (await _clients[name].ReadEndAsync()).Should().BeEmpty("nothing more was to come");
                if (code is [var number] && _clients[name].Channel.CloseCode is { } told) $"{told}".Should().Be(number);
                break;
            case ["cut"]:
                _clients[name].Channel.Cut();
                break;
            default:
                throw new FormatException($"A client cannot {string.Join(' ', words)}.");
        }
    }

    private async Task<TranscriptClient> OpenAsync(char name)
    {
        var client = new TranscriptClient(await host.OpenAsync(_transports.GetValueOrDefault(name, transport)));
        _all.Add(client);
        return _clients[name] = client;
    }

    private async Task ConnectAsync(char name, string version, string login)
    {
        var client = await OpenAsync(name);
        await client.Channel.SendAsync(Encoding.UTF8.GetBytes($"CONNECT\naccept-version:{version}\nhost:x\n{login}\n\n\0"));
        _values.Compare(Encoding.UTF8.GetBytes($"CONNECTED\nversion:{version}\nheart-beat:1000,1000\n\n\0"), await client.ReadFrameAsync());
    }
}
