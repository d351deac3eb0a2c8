using System.Text.Json;
using System.Text.RegularExpressions;
using Chat.Tests.Support.Servers;
using Stomp.Gateway.Destinations;
using Stomp.Gateway.Wire;

namespace Chat.Tests.Documents;

/// <summary>docs/asyncapi.yaml says what the code does: every destination, every field, every code, and nothing else.</summary>
public sealed partial class AsyncApiTests
{
    /// <summary>Read once, by @asyncapi/parser: a document with an error in it fails every test here.</summary>
    private static readonly Lazy<Task<JsonElement>> Document = new(ReadAsync);

    [NeedsFact(Server.Node)]
    public async Task It_is_what_the_specification_of_AsyncAPI_wants()
    {
        (await Document.Value).GetProperty("asyncapi").GetString().Should().Be("3.0.0");
    }

    [NeedsFact(Server.Node)]
    public async Task Every_destination_is_in_it_once_and_no_other()
    {
        await using var gateway = new ComposedGateway();
        // What is answered to a temporary queue is sent to its other name; who SENDs to the first gets ERROR.
        var takers = gateway.SendHandlers.Where(h => h.Pattern[0] != "temp-queue").Select(h => $"SEND {string.Join('/', h.Pattern)}")
            .Concat(gateway.SubscribeHandlers.Select(h => $"SUBSCRIBE {string.Join('/', h.Pattern)}"));

        var found = (await OperationsAsync()).Select(operation => operation.Action == "receive"
            ? $"SEND {PatternOf(gateway.SendHandlers.Select(h => h.Pattern), operation.Address)}"
            : $"SUBSCRIBE {PatternOf(gateway.SubscribeHandlers.Select(h => h.Pattern), operation.Address)}");

        found.Should().BeEquivalentTo(takers);
    }

    [NeedsFact(Server.Node)]
    public async Task Every_channel_has_an_operation_and_every_operation_says_what_it_is()
    {
        var operations = await OperationsAsync();

        (await AddressesAsync()).Should().BeEquivalentTo(operations.Select(operation => operation.Address).Distinct());
        operations.Should().OnlyContain(operation => operation.Summary.Length > 0);
    }

    [NeedsFact(Server.Node)]
    public async Task Every_operation_names_codes_that_there_are()
    {
        (await OperationsAsync()).Should().OnlyContain(operation => operation.Refusals.Count > 0 && !operation.Refusals.Except(WireSchemas.Codes).Any());
    }

    [NeedsFact(Server.Node)]
    public async Task Every_record_has_the_fields_of_the_code_and_no_other()
    {
        var schemas = (await Document.Value).GetProperty("components").GetProperty("schemas").EnumerateObject()
            .Where(schema => !schema.Name.EndsWith("Headers", StringComparison.Ordinal)).ToList();

        schemas.Should().HaveCountGreaterThan(15);
        schemas.Select(schema => schema.Name).Should().BeSubsetOf(WireSchemas.Records.Keys);
        foreach (var schema in schemas)
        {
            var record = WireSchemas.Records[schema.Name];
            RecordShape.OfSchema(schema.Value, record).Should().Equal(RecordShape.OfCode(record), $"{schema.Name} is written so");
        }
    }

    /// <summary>The names of the records in it.</summary>
    public static async Task<IReadOnlyList<string>> RecordNamesAsync() =>
        [.. (await Document.Value).GetProperty("components").GetProperty("schemas").EnumerateObject().Select(schema => schema.Name)];

    /// <summary>The destinations in it.</summary>
    public static async Task<IReadOnlyList<string>> AddressesAsync() =>
        [.. (await Document.Value).GetProperty("channels").EnumerateObject().Select(channel => channel.Value.GetProperty("address").GetString()!)];

    private static async Task<JsonElement> ReadAsync()
    {
        await using var script = NodeScript.Start("asyncapi.mjs", "--file", ComposedGateway.PathOf("asyncapi.yaml"));
        return (await script.ReadToEndAsync(Patience)).Single();
    }

    private static async Task<IReadOnlyList<Operation>> OperationsAsync()
    {
        var document = await Document.Value;
        var channels = document.GetProperty("channels");
        return
        [
            .. document.GetProperty("operations").EnumerateObject().Select(property => property.Value).Select(operation => new Operation(
                operation.GetProperty("action").GetString()!,
                channels.GetProperty(operation.GetProperty("channel").GetProperty("$ref").GetString()!.Split('/')[^1]).GetProperty("address").GetString()!,
                operation.GetProperty("summary").GetString()!,
                [.. operation.GetProperty("x-refusals").EnumerateArray().Select(code => code.GetString()!)])),
        ];
    }

    /// <summary>The first pattern that takes the address, as the router finds it: what the address has in braces is any word.</summary>
    private static string PatternOf(IEnumerable<IReadOnlyList<string>> patterns, string address)
    {
        var destination = Destination.Parse(Variable().Replace(address, "x"));
        var shape = Variable().Replace(address, "*").Split('/', '.')[1..];
        var pattern = patterns.FirstOrDefault(pattern => destination.Matches([.. pattern], out _));
        // A pattern without an open end has its variables where the address has them.
        return pattern is null || (pattern[^1] != "**" && !pattern.SequenceEqual(shape, StringComparer.Ordinal)) ? $"nothing takes {address}" : string.Join('/', pattern);
    }

    [GeneratedRegex(@"\{\w+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Variable();

    private sealed record Operation(string Action, string Address, string Summary, IReadOnlyList<string> Refusals);
}
