using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Chat.Tests.Support.Servers;

/// <summary>
/// A script of Chat.Tests/Clients running in Node: real stompjs and sockjs clients. It speaks to the test by one JSON value a line on its
/// standard output, and hears it by lines on its standard input. It ends when disposed, or with the test process.
/// </summary>
internal sealed class NodeScript : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _name;
    private readonly string _folder;
    private readonly Process _process;
    private readonly Task<string> _errors;

    private NodeScript(string name, string folder, Process process)
    {
        _name = name;
        _folder = folder;
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Chat.Tests/Clients.</summary>
    public static string ClientsFolder { get; } = Folder();

    /// <summary>Where npm put the clients' packages.</summary>
    public static string ModulesFolder => Path.Combine(ClientsFolder, "node_modules");

    /// <summary>Starts <paramref name="script"/>, a file name in Chat.Tests/Clients, with the given arguments.</summary>
    public static NodeScript Start(string script, params IEnumerable<string> arguments)
    {
        var command = new ProcessStartInfo(Installed.PathOf(Server.Node, "node"), [script, .. arguments]) { WorkingDirectory = ClientsFolder };
        var folder = Caretaker.NewFolder("node");
        return new NodeScript(script, folder, Caretaker.Start(folder, command));
    }

    /// <summary>The next value the script writes.</summary>
    /// <exception cref="InvalidOperationException">The script ended; the message holds what it wrote to its standard error.</exception>
    /// <exception cref="TimeoutException">Nothing came in time, 30 s unless said.</exception>
    public async Task<JsonElement> ReadAsync(TimeSpan? patience = null)
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(patience ?? Patience)
            ?? throw new InvalidOperationException($"{_name} ended:\n{await _errors}");
        return JsonElement.Parse(line);
    }

    /// <summary>All values that the script writes until it ends by itself.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote to its standard error.</exception>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public async Task<IReadOnlyList<JsonElement>> ReadToEndAsync(TimeSpan patience)
    {
        var output = await _process.StandardOutput.ReadToEndAsync().WaitAsync(patience);
        await _process.WaitForExitAsync();
        if (_process.ExitCode != 0) throw new InvalidOperationException($"{_name} ended with {_process.ExitCode}:\n{await _errors}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }

    /// <summary>Sends one line to the script's standard input.</summary>
    public async Task WriteAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Caretaker.KillAsync(_folder, _process);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Folder([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "Clients"));
}
