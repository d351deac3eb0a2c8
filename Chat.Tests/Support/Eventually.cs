using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Chat.Tests.Support;

/// <summary>Waits for what cannot say when it has become so.</summary>
internal static class Eventually
{
    /// <summary>
    /// How long tests wait for what must come. It is long, as all of them share two processors with servers that start and stop, and costs nothing where it comes.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until something is so; fails when it is not within <see cref="Patience"/>.</summary>
    public static Task EventuallyAsync(Func<Task<bool>> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") =>
        EventuallyAsync(isSo, static so => so, what);

    /// <summary>Asks until the answer is the one that is waited for; fails when it is not within <see cref="Patience"/>.</summary>
    /// <returns>That answer.</returns>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> isGood, [CallerArgumentExpression(nameof(isGood))] string what = "")
    {
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Interval);
        while (true)
        {
            var answer = await ask();
            if (isGood(answer)) return answer;
            Stopwatch.GetElapsedTime(began).Should().BeLessThan(Patience, "it is waited for: {0}", what);
            await timer.WaitForNextTickAsync();
        }
    }
}
