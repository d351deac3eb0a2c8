using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Chat.Domain.Outcomes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>What the OpenAPI document says beside what is read off the routes: refusals with their codes, closed lists, which fields are always there.</summary>
internal static class ApiDocument
{
    private const string Problem = "Problem";

    public static void Configure(OpenApiOptions options)
    {
        options.CreateSchemaReferenceId = info => WireSchemas.IsRaw(Nullable.GetUnderlyingType(info.Type) ?? info.Type) ? null
            : IsRecord(info.Type) ? WireSchemas.NameOf(info.Type)
            : OpenApiOptions.CreateDefaultSchemaReferenceId(info);
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.Responses ??= new OpenApiResponses();
            // A requirement of nothing: this one needs no token, unlike the others.
            if (IsOpen(context.Description)) operation.Security = [new OpenApiSecurityRequirement()];
            foreach (var status in StatusesOf(operation, context.Description)) operation.Responses[$"{status}"] = new OpenApiResponseReference(NameOf(status), context.Document);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            Introduce(document);
            AddProblems(document);
            foreach (var (name, schema) in document.Components!.Schemas!)
            {
                if (WireSchemas.Records.TryGetValue(name, out var record)) Describe(record, (OpenApiSchema)schema);
            }
            return Task.CompletedTask;
        });
    }

    private static void Introduce(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "ChatStomp", Version = "1", Description = "Rooms, members and messages. Live events come over STOMP." };
        var scheme = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal) { ["token"] = scheme };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("token", document)] = [] }];
    }

    /// <summary>What a route may be answered besides what it is for: told by what it takes, so that no route can forget it.</summary>
    private static IEnumerable<int> StatusesOf(OpenApiOperation operation, ApiDescription route)
    {
        var path = route.RelativePath ?? "";
        var isAboutOne = path.Contains('{', StringComparison.Ordinal);
        var hasBody = operation.RequestBody is not null;
        if (!IsOpen(route)) yield return StatusCodes.Status401Unauthorized;
        yield return StatusCodes.Status503ServiceUnavailable;
        if (hasBody || operation.Parameters is { Count: > 0 }) yield return StatusCodes.Status400BadRequest;
        if (hasBody) yield return StatusCodes.Status413PayloadTooLarge;
        if (isAboutOne || hasBody || operation.Parameters?.Any(p => p.Name == "roomId") is true) yield return StatusCodes.Status403Forbidden;
        if (isAboutOne) yield return StatusCodes.Status404NotFound;
        if (isAboutOne && !HttpMethods.IsGet(route.HttpMethod ?? "")) yield return StatusCodes.Status409Conflict;
        if (IsLimited(route)) yield return StatusCodes.Status429TooManyRequests;
    }

    private static bool IsLimited(ApiDescription route) => route.ActionDescriptor.EndpointMetadata.OfType<LimitedRoute>().Any();

    private static bool IsOpen(ApiDescription route) => route.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any();

    /// <summary>Of each status that refusals have, the codes that come with it.</summary>
    private static void AddProblems(OpenApiDocument document)
    {
        var fields = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = EnumOf(WireSchemas.Codes) },
            ["retryAfterMs"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
        };
        document.AddComponent<IOpenApiSchema>(Problem, new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "A refusal (RFC 9457).",
            Properties = fields,
            Required = new HashSet<string>(["type", "title", "status", "detail", "code"], StringComparer.Ordinal),
        });
        foreach (var codes in Enum.GetValues<RefusalCode>().GroupBy(Problems.StatusOf))
        {
            document.AddComponent<IOpenApiResponse>(NameOf(codes.Key), new OpenApiResponse
            {
                Description = string.Join(", ", codes.Select(WireNames.Of)),
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [Problems.ContentType] = new() { Schema = new OpenApiSchemaReference(Problem, document) },
                },
            });
        }
    }

    private static void Describe(JsonTypeInfo record, OpenApiSchema schema)
    {
        schema.Required = record.Properties.Where(field => WireSchemas.IsAlwaysThere(record, field)).Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var field in record.Properties)
        {
            if (WireSchemas.IsRaw(field)) schema.Properties![field.Name] = new OpenApiSchema { Description = "Any JSON." };
            if (!WireSchemas.IsNullable(record, field)) schema.Properties![field.Name] = WithoutNull(schema.Properties[field.Name]);
            if (WireSchemas.WordsOf(WireSchemas.NameOf(record.Type), field.Name) is { } words) ((OpenApiSchema)schema.Properties![field.Name]).Enum = EnumOf(words);
        }
    }

    private static IOpenApiSchema WithoutNull(IOpenApiSchema schema)
    {
        if (schema.OneOf is { Count: > 0 } either) return either.Single(one => one.Type is not JsonSchemaType.Null);
        if (schema is OpenApiSchema { Type: { } type } plain) plain.Type = type & ~JsonSchemaType.Null;
        return schema;
    }

    private static bool IsRecord(Type type) => WireSchemas.Records.TryGetValue(WireSchemas.NameOf(type), out var record) && record.Type == type;

    private static List<JsonNode> EnumOf(IEnumerable<string> words) => [.. words.Select(word => (JsonNode)JsonValue.Create(word))];

    private static string NameOf(int status) => string.Create(CultureInfo.InvariantCulture, $"Refused{status}");
}
