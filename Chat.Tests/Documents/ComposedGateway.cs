using System.Runtime.CompilerServices;
using Chat.Tests.Journeys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Stomp.Gateway.Destinations;

namespace Chat.Tests.Documents;

/// <summary>A gateway that is put together and not started: the code's own lists of what it takes.</summary>
internal sealed class ComposedGateway : IAsyncDisposable
{
    private readonly WebApplication _app = Program.Compose([$"--Auth:SymmetricKey={GatewayProcess.SharedKey}", "--Stomp:Tcp:Port=0"]);

    public IReadOnlyList<ISendHandler> SendHandlers => [.. _app.Services.GetServices<ISendHandler>()];

    public IReadOnlyList<ISubscribeHandler> SubscribeHandlers => [.. _app.Services.GetServices<ISubscribeHandler>()];

    /// <summary>The routes of the API, as <c>GET /rooms/{id}</c>.</summary>
    public IReadOnlyList<string> Routes =>
    [
        .. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith(Root, StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(method => $"{method} {route.RoutePattern.RawText![Root.Length..]}")),
    ];

    public const string Root = "/api/v1";

    /// <summary>A file of docs/.</summary>
    public static string PathOf(string document, [CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "docs", document));

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
