using Chat.Domain.Outcomes;
using Chat.Domain.Users;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.IdentityModel.Tokens;
using Stomp.Gateway.Http;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.DevelopmentTokens;

/// <summary>
/// Stands in for an Auth Server while developing: on its own port and origin, with its own key and a discovery document, so that the gateway trusts it like any
/// other. It starts in the Development environment only, and only when no other Auth is configured.
/// </summary>
internal sealed partial class DevelopmentTokenServer(
    AuthOptions auth, IHostEnvironment environment, TimeProvider time, ILogger<DevelopmentTokenServer> logger) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Where it listens, once it is started; null when it is not needed.</summary>
    public string? Address { get; private set; }

    public static bool IsNeeded(IHostEnvironment environment, AuthOptions auth) => environment.IsDevelopment() && auth.KeySources.Count == 0;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsNeeded(environment, auth)) return;
        var key = DevelopmentKey.LoadOrCreate(auth.Development.KeyPath);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(auth.Development.Url);
        builder.Services.AddRoutingCore();
        builder.Services.AddCors();
        _app = builder.Build();
        _app.UseRouting();
        _app.UseCors(policy => policy.SetIsOriginAllowed(IsOnThisMachine).AllowAnyHeader().WithMethods(HttpMethods.Get, HttpMethods.Post));
        Map(_app, key);
        await _app.StartAsync(cancellationToken);
        Address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Log.Started(logger, Address);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Map(WebApplication app, ECDsaSecurityKey key)
    {
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["issuer"] = Address!,
            ["jwks_uri"] = $"{Address}/jwks.json",
            ["token_endpoint"] = $"{Address}/token",
            ["id_token_signing_alg_values_supported"] = new[] { DevelopmentKey.Algorithm },
        }));
        app.MapGet("/jwks.json", () => Results.Json(new { keys = new[] { PublicPart(key) } }));
        app.MapPost("/token", async (HttpContext context) =>
        {
            if (await ReadAsync(context) is not { } asked) return Problems.Of(Refusal.Invalid("""The body is for example {"sub":"alice","name":"Alice","roles":["admin"]}."""));
            var issuer = new TokenIssuer(key, Address!, time);
            return Results.Json(new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["access_token"] = issuer.Issue(asked.Sub!, asked.Name, asked.Roles ?? []),
                ["expires_in"] = (int)TokenIssuer.Lifetime.TotalSeconds,
                ["token_type"] = "Bearer",
            });
        });
    }

    private static async Task<TokenRequest?> ReadAsync(HttpContext context)
    {
        try
        {
            var asked = await context.Request.ReadFromJsonAsync<TokenRequest>(context.RequestAborted);
            return UserId.TryParse(asked?.Sub, out _) ? asked : null;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            // No JSON, or not said to be.
            return null;
        }
    }

    private static Dictionary<string, string> PublicPart(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["alg"] = DevelopmentKey.Algorithm,
            ["kid"] = key.KeyId,
            ["x"] = Base64UrlEncoder.Encode(point.X),
            ["y"] = Base64UrlEncoder.Encode(point.Y),
        };
    }

    private static bool IsOnThisMachine(string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.IsLoopback;

    /// <summary>What is asked for.</summary>
    private sealed record TokenRequest(string? Sub, string? Name, IReadOnlyList<string>? Roles);

    private static partial class Log
    {
        [LoggerMessage(1010, LogLevel.Warning, "No Auth is configured: tokens of the development token server at {Address} are accepted, and it gives them to anybody on this machine")]
        public static partial void Started(ILogger logger, string address);
    }
}
