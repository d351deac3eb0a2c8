using System.Globalization;

namespace Chat.Tests.Support.Servers;

/// <summary>A running process as Linux shows it (proc(5)).</summary>
internal static class ProcessView
{
    /// <summary>Octets of memory that it really has.</summary>
    public static long ResidentBytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    public static int Sockets(int processId) => new DirectoryInfo($"/proc/{processId}/fd").EnumerateFileSystemInfos().Count(IsSocket);

    /// <summary>Waits until it has no more sockets than that.</summary>
    /// <exception cref="TimeoutException">It still has more after the time.</exception>
    public static async Task SocketsAtMostAsync(int processId, int count, TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time);
        using var interval = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (Sockets(processId) is var there && there > count)
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"There are {there} sockets, {count} at most were expected.");
            await interval.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>A handle that was closed since it was listed has no target any more.</summary>
    private static bool IsSocket(FileSystemInfo handle)
    {
        try
        {
            return handle.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) ?? false;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
