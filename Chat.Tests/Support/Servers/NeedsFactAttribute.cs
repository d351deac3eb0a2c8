namespace Chat.Tests.Support.Servers;

/// <summary>
/// A fact that needs real servers. Where one is not installed the test shows as skipped, with a sentence that names it; in CI nothing
/// is skipped: there the test runs, and fails with the same sentence when it asks for the server.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsFactAttribute : FactAttribute
{
    public NeedsFactAttribute(params Server[] servers)
    {
        Servers = servers;
        Skip = Needs.ReasonToSkip(servers)!;
    }

    public IReadOnlyList<Server> Servers { get; }
}

/// <summary>The same as <see cref="NeedsFactAttribute"/>, for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsTheoryAttribute : TheoryAttribute
{
    public NeedsTheoryAttribute(params Server[] servers)
    {
        Servers = servers;
        Skip = Needs.ReasonToSkip(servers)!;
    }

    public IReadOnlyList<Server> Servers { get; }
}

internal static class Needs
{
    private static readonly bool InCi = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    public static string? ReasonToSkip(IEnumerable<Server> servers) => InCi ? null : servers.Select(Installed.WhyMissing).FirstOrDefault(why => why is not null);
}
