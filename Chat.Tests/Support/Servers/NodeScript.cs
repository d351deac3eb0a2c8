using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Chat.Tests.Support.Servers;

/// <summary>
/// A script of Chat.Tests/Clients running in Node: real stompjs and sockjs clients. It speaks to the test by one JSON value a line on its
/// standard output, and hears it by lines on its standard input. Disposing ends it.
/// </summary>
internal sealed class NodeScript : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly string _name;

    private NodeScript(string name, Process process)
    {
        _name = name;
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Where npm put the clients' packages.</summary>
    public static string ModulesFolder => Path.Combine(Folder(), "node_modules");

    /// <summary>Starts <paramref name="script"/>, a file name in Chat.Tests/Clients, with the given arguments.</summary>
    public static NodeScript Start(string script, params IEnumerable<string> arguments)
    {
        var command = new ProcessStartInfo(Installed.PathOf(Server.Node, "node"), [script, .. arguments])
        {
            WorkingDirectory = Folder(),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new NodeScript(script, Process.Start(command) ?? throw new InvalidOperationException("node did not start."));
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

    /// <summary>Sends one line to the script's standard input.</summary>
    public async Task WriteAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Folder([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "Clients"));
}
