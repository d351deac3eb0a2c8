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

    /// <summary>
    /// What the compiler of hot methods has used so far in those of these processes that are .NET's. Its thread ends when it has had nothing to do for a while, and is not
    /// counted any more then.
    /// </summary>
    public static TimeSpan OfCompilers(IEnumerable<int> processes) => processes
        .SelectMany(process => Directory.EnumerateDirectories($"/proc/{process}/task"))
        .Aggregate(TimeSpan.Zero, (sum, task) => sum + OfCompiler(task));

    private static TimeSpan Of(int process) => OfStat(File.ReadAllText($"/proc/{process}/stat"));

    private static TimeSpan OfCompiler(string task)
    {
        try
        {
            var stat = File.ReadAllText($"{task}/stat");
            return stat.Contains("(.NET Tiered Com", StringComparison.Ordinal) ? OfStat(stat) : TimeSpan.Zero;
        }
        catch (IOException)
        {
            // The thread has ended since it was listed.
            return TimeSpan.Zero;
        }
    }

    private static TimeSpan OfStat(string stat)
    {
        // The name in parentheses may hold blanks; fields 14 and 15 are the 12th and 13th behind it.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
    }
}
