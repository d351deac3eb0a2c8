using System.Runtime.InteropServices;

namespace ChatStomp.Bench.Scenarios;

internal static partial class Native
{
    /// <summary>Sleeps as exactly as Linux can; <see cref="Thread.Sleep(TimeSpan)"/> knows whole milliseconds only.</summary>
    public static void Sleep(TimeSpan time) => _ = Microseconds((uint)time.TotalMicroseconds);

    [LibraryImport("libc", EntryPoint = "usleep")]
    private static partial int Microseconds(uint count);
}
