using System.Diagnostics;
using Chat.Tests.Support.Servers;
using ChatStomp.Bench.Load;

namespace ChatStomp.Bench.Peers;

/// <summary>A peer that is part of this program, as a process of its own.</summary>
internal sealed class PeerSubject : Subject
{
    private readonly string _name;
    private readonly PeerProcess _process;

    private PeerSubject(string name, Dialect dialect, PeerProcess process) => (_name, Dialect, _process) = (name, dialect, process);

    public override string Name => _name;

    public override Dialect Dialect { get; }

    public override IReadOnlyList<int> Ports => [_process.Port];

    public override IReadOnlyList<int> Processes => [_process.ProcessId];

    public static Task<Subject> StartSignalRAsync() => StartAsync(SubjectNames.SignalR, new SignalRDialect(), SignalRPeer.Name);

    public static Task<Subject> StartKestrelAsync() => StartAsync(SubjectNames.Kestrel, new FanOutDialect(), KestrelPeer.Name);

    public override ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<Subject> StartAsync(string name, Dialect dialect, string program)
    {
        var process = new PeerProcess(program);
        await process.StartAgainAsync();
        return new PeerSubject(name, dialect, process);
    }

    private sealed class PeerProcess : ServerProcess
    {
        private readonly string _program;
        private bool _isListening;

        public PeerProcess(string program)
            : base(program) => _program = program;

        protected override ProcessStartInfo Command()
        {
            var command = new ProcessStartInfo("dotnet", [typeof(PeerSubject).Assembly.Location, "peer", _program, $"{Port}"]);
            // What the web SDK sets for every server that does not say otherwise.
            command.Environment["DOTNET_gcServer"] = "1";
            return command;
        }

        protected override Task<bool> AnswersAsync() => Task.FromResult(Volatile.Read(ref _isListening));

        protected override void OnOutput(string line)
        {
            if (line == "listening") Volatile.Write(ref _isListening, true);
        }
    }
}
