using System.Diagnostics;

namespace Chat.Tests.Support.Servers;

/// <summary>
/// A private instance of a real server: own free port on 127.0.0.1, own data in a temporary folder. It ends when it is disposed, and
/// otherwise with the test process, also when that is killed (<see cref="Caretaker"/>).
/// </summary>
internal abstract class ServerProcess : IAsyncDisposable
{
    private const int OutputLines = 60;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(100);

    private readonly string _name;
    private readonly Queue<string> _output = new();
    private Process? _process;

    protected ServerProcess(string name)
    {
        _name = name;
        Folder = Caretaker.NewFolder(name);
        Port = FreePort.Next();
    }

    /// <summary>The port on 127.0.0.1, the same after <see cref="StartAgainAsync"/>.</summary>
    public int Port { get; }

    /// <summary>The running server's, as the system knows it.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException($"{_name} has not been started.");

    /// <summary>False after it was killed, or has ended by itself.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The server's own folder, with its data and whatever else it leaves behind.</summary>
    protected string Folder { get; }

    /// <summary>Starts the server on the data that it has, and returns when it answers.</summary>
    /// <exception cref="InvalidOperationException">It ended early or is silent for 90 s; the message holds its last output.</exception>
    public virtual async Task StartAgainAsync()
    {
        if (IsRunning)
            throw new InvalidOperationException($"{_name} is running already.");

        _process?.Dispose();
        _process = Launch();

        using var limit = new CancellationTokenSource(StartLimit);
        using var interval = new PeriodicTimer(ProbeInterval);
        while (!await AnswersAsync())
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"{_name} ended with {_process.ExitCode} while starting:\n{LastOutput()}");
            if (limit.IsCancellationRequested)
                throw new InvalidOperationException($"{_name} gave no answer within {StartLimit.TotalSeconds} s:\n{LastOutput()}");
            await interval.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Ends the server as a power failure would (SIGKILL), its child processes included. The data stays.</summary>
    public virtual async Task KillAsync()
    {
        if (_process is not null)
            await Caretaker.KillAsync(Folder, _process);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The server's command line, in the foreground: the process started is the server itself.</summary>
    protected abstract ProcessStartInfo Command();

    /// <summary>True when the server serves a client of its protocol; false when it refuses the connection or is not ready.</summary>
    protected abstract Task<bool> AnswersAsync();

    private Process Launch()
    {
        var command = Command();
        command.WorkingDirectory = Folder;
        var process = Caretaker.Start(Folder, command);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;

        lock (_output)
        {
            OnOutput(line);
            if (_output.Count == OutputLines)
                _output.Dequeue();
            _output.Enqueue(line);
        }
    }

    /// <summary>Sees each line that the server prints, one at a time.</summary>
    protected virtual void OnOutput(string line)
    {
    }

    public string LastOutput()
    {
        lock (_output)
            return string.Join('\n', _output);
    }
}
