namespace Chat.Tests.Support;

/// <summary>What a piece of code takes of the heap.</summary>
internal static class Allocations
{
    /// <summary>The compiler of the runtime may take a little for itself, once, when it improves a method that is running.</summary>
    private const int Rounds = 5;

    /// <exception cref="InvalidOperationException">The code allocated something each time.</exception>
    public static void ShouldBeNone(Action code)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            code();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        if (least > 0) throw new InvalidOperationException($"{least} octets were allocated each time.");
    }
}
