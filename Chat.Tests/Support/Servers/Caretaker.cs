using System.Diagnostics;

namespace Chat.Tests.Support.Servers;

/// <summary>
/// Owns the folder of this test run's servers, and a small shell that outlives the test process however it ends: the shell reads a pipe
/// that only this process holds, and when the pipe breaks it ends every server by the pid in its folder and removes the folder.
/// </summary>
internal static class Caretaker
{
    // Ctrl+C reaches the whole process group: the caretaker must be the last to go.
    private const string Script = """
        trap '' INT TERM HUP
        exec >/dev/null 2>&1
        cat
        for file in "$1"/*/pid; do
          kill -KILL "$(cat "$file")"
        done
        rm -rf "$1" || { sleep 1; rm -rf "$1"; }
        """;

    private static readonly Lazy<Process> Shell = new(Start);
    private static readonly string Root = Path.Combine(Path.GetTempPath(), $"chatstomp-tests-{Environment.ProcessId}-{Guid.NewGuid():N}"[..40]);
    private static int _folders;

    /// <summary>The name of the file in a server's folder that holds its pid while it runs.</summary>
    public const string PidFile = "pid";

    /// <summary>A new folder for one server, gone after the run. Everyone may enter it, as some servers run under an account of their own.</summary>
    public static string NewFolder(string name)
    {
        _ = Shell.Value;
        return Directory.CreateDirectory(Path.Combine(Root, $"{name}-{Interlocked.Increment(ref _folders)}")).FullName;
    }

    private static Process Start()
    {
        Directory.CreateDirectory(Root);
        return Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script, "caretaker", Root]) { UseShellExecute = false, RedirectStandardInput = true })
            ?? throw new InvalidOperationException("/bin/sh did not start.");
    }
}
