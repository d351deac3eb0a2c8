using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace ChatStomp.Bench.Results;

/// <summary>Where and of what the numbers are.</summary>
internal static class Machine
{
    public static string Description { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{Value("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores, {MemoryGiB():N1} GiB, {RuntimeInformation.OSDescription}, Linux {Environment.OSVersion.Version.ToString(3)}, {RuntimeInformation.FrameworkDescription}");

    /// <summary>As the build noted it: version and commit.</summary>
    public static string Build { get; } = typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static double MemoryGiB() => double.Parse(Value("/proc/meminfo", "MemTotal").Split(' ')[0], CultureInfo.InvariantCulture) / (1024 * 1024);

    private static string Value(string file, string name) => File.ReadLines(file).First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(':')[1].Trim();
}
