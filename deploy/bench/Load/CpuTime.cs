using System.Globalization;

namespace ChatStomp.Bench.Load;

/// <summary>Processor time that a server has used, and what stands behind it.</summary>
internal readonly record struct CpuTime(TimeSpan Own, TimeSpan Database, TimeSpan Broker)
{
    /// <summary>Linux counts in hundredths of a second for programs, whatever its own clock (proc(5), sysconf(_SC_CLK_TCK)).</summary>
    private const double TicksPerSecond = 100;

    public TimeSpan All => Own + Database + Broker;

    public static CpuTime operator -(CpuTime after, CpuTime before) => new(after.Own - before.Own, after.Database - before.Database, after.Broker - before.Broker);

    public static TimeSpan OfAll(IEnumerable<int> processes) => processes.Aggregate(TimeSpan.Zero, (sum, id) => sum + Of(id));

    private static TimeSpan Of(int process)
    {
        // The name in parentheses may hold blanks; fields 14 and 15 are the 12th and 13th behind it.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
    }
}
