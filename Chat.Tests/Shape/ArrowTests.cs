using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Chat.Tests.Shape;

/// <summary>Which part may know which, read from the sources; and that what has to be unique is.</summary>
public sealed partial class ArrowTests
{
    /// <summary>Each folder of the gateway, and the folders whose names may stand in it. A feature that needs another arrow changes this table in sight.</summary>
    private static readonly Dictionary<string, string[]> GatewayArrows = new(StringComparer.Ordinal)
    {
        ["Protocol"] = [],
        ["Wire"] = [],
        ["Options"] = [],
        // Anyone may count; what is counted knows nobody.
        ["Diagnostics"] = [],
        ["Transports"] = ["Diagnostics", "Options", "Security"],
        // The destination decides who may listen, and gives the subscription it made to the connection.
        ["Delivery"] = ["Protocol", "Transports", "Wire"],
        ["Destinations"] = ["Delivery", "Options", "Protocol", "Security", "Transports", "Wire"],
        ["Connections"] = ["Delivery", "Destinations", "Options", "Protocol", "Security", "Transports", "Wire"],
        ["Security"] = ["DevelopmentTokens", "Http", "Options", "Transports"],
        ["DevelopmentTokens"] = ["Http", "Options"],
        // Bodies of requests come to the API as they do to SockJS.
        ["Http"] = ["Destinations", "DevelopmentTokens", "Options", "Security", "Transports", "Wire"],
        ["Commands"] = ["DevelopmentTokens", "Options", "Security"],
    };

    [Fact]
    public void The_domain_knows_nothing_outside_the_base_library()
    {
        typeof(Chat.Domain.Rooms.Room).Assembly.GetReferencedAssemblies().Select(a => a.Name)
            .Should().OnlyContain(name => name!.StartsWith("System.", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_Program_names_the_infrastructure()
    {
        Sources("Stomp.Gateway").Where(s => s.Text.Contains("Chat.Infrastructure", StringComparison.Ordinal)).Select(s => s.Path)
            .Should().Equal("Stomp.Gateway/Program.cs");
    }

    [Fact]
    public void The_folders_of_the_gateway_know_only_whom_they_may()
    {
        var seen = Sources("Stomp.Gateway").Where(s => s.Folders.Length > 1)
            .SelectMany(s => GatewayName().Matches(s.Text).Select(m => (From: s.Folders[1], To: m.Groups["name"].Value, s.Path)))
            .Where(a => a.From != a.To);

        seen.Where(a => !GatewayArrows[a.From].Contains(a.To)).Should().BeEmpty();
    }

    [Fact]
    public void Technologies_do_not_know_each_other()
    {
        var seen = Sources("Chat.Infrastructure").Where(s => s.Folders.Length > 1)
            .SelectMany(s => InfrastructureName().Matches(s.Text).Select(m => (From: s.Folders[1], To: m.Groups["name"].Value, s.Path)))
            .Where(a => a.From != a.To);

        seen.Should().BeEmpty();
    }

    [Fact]
    public void No_two_log_lines_have_the_same_number()
    {
        var ids = Sources("Stomp.Gateway").Concat(Sources("Chat.Infrastructure")).SelectMany(s => LogId().Matches(s.Text).Select(m => m.Groups["name"].Value)).ToList();

        ids.Should().HaveCountGreaterThan(30).And.OnlyHaveUniqueItems();
    }

    private static IEnumerable<Source> Sources(string project, [CallerFilePath] string file = "")
    {
        var root = new FileInfo(file).Directory!.Parent!.Parent!.FullName;
        return Directory.EnumerateFiles(Path.Combine(root, project), "*.cs", SearchOption.AllDirectories)
            .Select(path => new Source(Path.GetRelativePath(root, path), File.ReadAllText(path)))
            .Where(s => !s.Folders.Contains("obj") && !s.Folders.Contains("bin"));
    }

    [GeneratedRegex(@"\bStomp\.Gateway\.(?<name>[A-Z]\w+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex GatewayName();

    [GeneratedRegex(@"\bChat\.Infrastructure\.(?<name>[A-Z]\w+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex InfrastructureName();

    [GeneratedRegex(@"\[LoggerMessage\((?<name>\d+),", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex LogId();

    private sealed record Source(string Path, string Text)
    {
        public string[] Folders { get; } = Path.Split('/')[..^1];
    }
}
