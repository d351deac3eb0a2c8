using System.Text.Json;
using Chat.Domain.Outcomes;
using Chat.Tests.Journeys;
using Chat.Tests.Support.Servers;
using Stomp.Gateway.Http;
using Stomp.Gateway.Wire;

namespace Chat.Tests.Documents;

/// <summary>/openapi/v1.json says what the code does: every route, every field, every code, and nothing else.</summary>
public sealed class OpenApiTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    /// <summary>The one route that asks for no token.</summary>
    private const string Open = "POST /webhooks/{id}/{secret}";

    [Fact]
    public async Task Every_route_is_in_it_once_and_no_other()
    {
        await using var composed = new ComposedGateway();

        (await OperationsAsync()).Select(operation => operation.Route).Should().BeEquivalentTo(composed.Routes);
    }

    [Fact]
    public async Task Every_route_says_what_it_is_for_and_what_it_answers()
    {
        foreach (var (route, operation) in await OperationsAsync())
        {
            operation.GetProperty("summary").GetString().Should().EndWith(".", route);
            operation.GetProperty("tags").GetArrayLength().Should().Be(1, route);
            var good = operation.GetProperty("responses").EnumerateObject().Where(response => response.Name[0] == '2').ToList();
            good.Should().NotBeEmpty(route);
            foreach (var response in good)
                response.Value.TryGetProperty("content", out _).Should().Be(response.Name != "204", "{0} answers {1} with the thing or nothing", route, response.Name);
        }
    }

    [Fact]
    public async Task Every_route_has_its_refusals_as_problem_details_with_their_codes()
    {
        var document = await DocumentAsync();
        foreach (var (route, operation) in await OperationsAsync())
        {
            var refusals = operation.GetProperty("responses").EnumerateObject().Where(response => response.Name[0] is '4' or '5').ToDictionary(response => response.Name, response => response.Value);
            refusals.Keys.Should().Contain("503", route);
            refusals.ContainsKey("401").Should().Be(route != Open, "{0} needs a token or not", route);
            operation.TryGetProperty("security", out var security).Should().Be(route == Open, "of the others the document says what they need");
            if (route == Open) security.GetRawText().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal).Should().Be("[{}]");
            refusals.Should().OnlyContain(refusal => refusal.Value.GetProperty("$ref").GetString() == $"#/components/responses/Refused{refusal.Key}", route);
            if (route.Contains("/rooms/{id}", StringComparison.Ordinal)) refusals.Keys.Should().Contain("403", route);
        }

        var responses = document.GetProperty("components").GetProperty("responses");
        foreach (var code in Enum.GetValues<RefusalCode>())
        {
            var response = responses.GetProperty($"Refused{Problems.StatusOf(code)}");
            response.GetProperty("description").GetString()!.Split(", ").Should().Contain(WireNames.Of(code));
            response.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString().Should().Be("#/components/schemas/Problem");
        }
        Schema(document, "Problem").GetProperty("properties").GetProperty("code").GetProperty("enum").EnumerateArray().Select(code => code.GetString())
            .Should().BeEquivalentTo(WireSchemas.Codes);
    }

    [Fact]
    public async Task What_is_limited_says_429()
    {
        // Whatever changes something, but what comes as fast as others write, what services say, and what an administrator takes back.
        string[] unlimited = ["POST /rooms/{id}/read", "POST /system-messages", "POST /admin/revocations"];
        var operations = await OperationsAsync();

        operations.Where(operation => operation.Operation.GetProperty("responses").TryGetProperty("429", out _)).Select(operation => operation.Route)
            .Should().BeEquivalentTo(operations.Select(operation => operation.Route).Where(route => !route.StartsWith("GET ", StringComparison.Ordinal)).Except(unlimited));
    }

    [Fact]
    public async Task Every_record_has_the_fields_of_the_code_and_no_other()
    {
        var document = await DocumentAsync();
        var schemas = document.GetProperty("components").GetProperty("schemas").EnumerateObject().Where(schema => schema.Name != "Problem").ToList();

        schemas.Should().HaveCountGreaterThan(20);
        schemas.Select(schema => schema.Name).Should().BeSubsetOf(WireSchemas.Records.Keys);
        foreach (var schema in schemas)
        {
            var record = WireSchemas.Records[schema.Name];
            RecordShape.OfSchema(schema.Value, record).Should().Equal(RecordShape.OfCode(record), $"{schema.Name} is written so");
        }
    }

    [NeedsFact(Server.Node)]
    public async Task No_record_of_the_code_is_in_neither_document()
    {
        var rest = (await DocumentAsync()).GetProperty("components").GetProperty("schemas").EnumerateObject().Select(schema => schema.Name);

        WireSchemas.Records.Keys.Should().BeSubsetOf(rest.Concat(await AsyncApiTests.RecordNamesAsync()));
    }

    private static JsonElement Schema(JsonElement document, string name) => document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    private async Task<JsonElement> DocumentAsync()
    {
        using var http = new HttpClient();
        return JsonElement.Parse(await http.GetStringAsync(new Uri(gateway.Process.Address, "/openapi/v1.json")));
    }

    private async Task<IReadOnlyList<(string Route, JsonElement Operation)>> OperationsAsync() =>
    [
        .. (await DocumentAsync()).GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
            .Select(operation => ($"{operation.Name.ToUpperInvariant()} {path.Name[ComposedGateway.Root.Length..]}", operation.Value))),
    ];
}
