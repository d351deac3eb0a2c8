using System.Diagnostics;

namespace Chat.Tests.Support.Servers;

/// <summary>
/// Owns the folder of this test run's servers, and a small shell that outlives the test process however it ends: the shell reads a pipe
/// that only this process holds, and when the pipe breaks it ends every program by the pid in its folder and removes the folder.
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

    // The shell writes its pid and becomes the program, so there is no moment at which that runs and the caretaker does not know.
    private const string Launcher = """echo $$ >"$1/pid" && shift && exec "$@" """;

    private static readonly Lazy<Process> Shell = new(StartShell);
    private static readonly string Root = Path.Combine(Path.GetTempPath(), $"chatstomp-tests-{Environment.ProcessId}-{Guid.NewGuid():N}"[..40]);
    private static int _folders;

    /// <summary>A new folder for one server, gone after the run. Everyone may enter it, as some servers run under an account of their own.</summary>
    public static string NewFolder(string name)
    {
        _ = Shell.Value;
        return Directory.CreateDirectory(Path.Combine(Root, $"{name}-{Interlocked.Increment(ref _folders)}")).FullName;
    }

    /// <summary>Starts a program that the caretaker ends when nobody else has, with its three streams as pipes.</summary>
    /// <param name="folder">The program's <see cref="NewFolder"/>; it holds its pid until <see cref="KillAsync"/>.</param>
    /// <param name="command">The program, its arguments, and its working directory and environment where they matter.</param>
    public static Process Start(string folder, ProcessStartInfo command)
    {
        var launch = new ProcessStartInfo("/bin/sh", ["-c", Launcher, "sh", folder, command.FileName, .. command.ArgumentList])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = command.WorkingDirectory,
        };
        foreach (var (key, value) in command.Environment)
            launch.Environment[key] = value;
        return Process.Start(launch) ?? throw new InvalidOperationException("/bin/sh did not start.");
    }

    /// <summary>Ends the program and all it started, by SIGKILL, and returns when it is gone.</summary>
    public static async Task KillAsync(string folder, Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        // Its pid may soon be another's.
        File.Delete(Path.Combine(folder, "pid"));
    }

    private static Process StartShell()
    {
        Directory.CreateDirectory(Root);
        return Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script, "caretaker", Root]) { UseShellExecute = false, RedirectStandardInput = true })
            ?? throw new InvalidOperationException("/bin/sh did not start.");
    }
}
