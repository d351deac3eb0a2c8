using System.Reflection;
using System.Text.RegularExpressions;
using Chat.Tests.Support.Servers;

namespace Chat.Tests.Documents;

/// <summary>docs/features.md names destinations, routes and tests that there are, and leaves no destination and no route out.</summary>
public sealed partial class FeaturesTests
{
    private static readonly string[][] Rows =
    [
        .. File.ReadLines(ComposedGateway.PathOf("features.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray()).Where(cells => cells[0] != "function"),
    ];

    [Fact]
    public void Every_function_has_a_place_and_tests_that_there_are()
    {
        var tests = typeof(FeaturesTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => $"{type.Name}.{method.Name}")).ToHashSet(StringComparer.Ordinal);

        Rows.Should().HaveCountGreaterThan(40).And.OnlyContain(row => row.Length == 3 && row[1].Length > 0);
        foreach (var row in Rows) Words(row[2]).Should().NotBeEmpty(row[0]).And.BeSubsetOf(tests, row[0]);
    }

    [Fact]
    public async Task Every_route_is_there_and_no_other()
    {
        await using var gateway = new ComposedGateway();

        Places(Route()).Should().BeEquivalentTo(gateway.Routes);
    }

    [NeedsFact(Server.Node)]
    public async Task Every_destination_is_there_and_no_other()
    {
        Places(Destination()).Should().BeEquivalentTo(await AsyncApiTests.AddressesAsync());
    }

    private static IEnumerable<string> Places(Regex kind) => Rows.SelectMany(row => Words(row[1])).Where(word => kind.IsMatch(word)).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Words(string cell) => Quoted().Matches(cell).Select(match => match.Groups["word"].Value);

    [GeneratedRegex("`(?<word>[^`]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    [GeneratedRegex("^(GET|POST|PUT|PATCH|DELETE) /", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Route();

    [GeneratedRegex("^/(app|topic|user|queue|exchange|amq|temp-queue|reply-queue)/", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Destination();
}
