namespace Stomp.Gateway.Security;

/// <summary>Finds the token of an HTTP request (RFC 6750): in <c>Authorization</c>, else in the query, because browsers cannot set headers on a WebSocket.</summary>
internal static class BearerToken
{
    private const string Scheme = "Bearer ";

    public static string? From(HttpRequest request) => FromHeader(request.Headers.Authorization) ?? FromQuery(request);

    public static string? FromHeader(string? authorization) =>
        authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) is true && authorization[Scheme.Length..].Trim() is { Length: > 0 } token ? token : null;

    /// <summary>A query that is not there is not taken apart: what comes of it stays with the request.</summary>
    private static string? FromQuery(HttpRequest request) =>
        request.QueryString.HasValue ? request.Query["access_token"].FirstOrDefault(t => t is { Length: > 0 }) : null;
}
