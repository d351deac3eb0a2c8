using Microsoft.AspNetCore.StaticFiles;
using Stomp.Gateway.DevelopmentTokens;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Http;

/// <summary>The web page, and what it has to know of this server.</summary>
internal static class PageRoutes
{
    /// <summary>Serves wwwroot. The page is asked for anew each time; what it loads carries a hash in its name and never changes.</summary>
    public static void UsePage(this WebApplication app)
    {
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = SetHeaders });
    }

    public static void MapPageSettings(this IEndpointRouteBuilder app) =>
        app.MapGet("/client.json", (HttpContext context, StompOptions stomp, DevelopmentTokenServer tokens) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Results.Json(new { stompPath = stomp.EffectivePaths[0], tokenServer = tokens.Address });
        }).ExcludeFromDescription();

    private static void SetHeaders(StaticFileResponseContext file)
    {
        var isHashed = file.Context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal);
        var headers = file.Context.Response.Headers;
        headers.CacheControl = isHashed ? "public, max-age=31536000, immutable" : "no-cache";
        headers.XContentTypeOptions = "nosniff";
        if (isHashed) return;
        // Scripts come from here alone, and no other page may frame this one. Pictures of users are wherever their tokens say.
        var tokens = file.Context.RequestServices.GetRequiredService<DevelopmentTokenServer>().Address;
        headers.ContentSecurityPolicy =
            $"default-src 'self'; connect-src 'self' {tokens}; img-src 'self' data: https:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
    }
}
