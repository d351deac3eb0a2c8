using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Tests.Security;

/// <summary>An Auth Server on loopback whose keys the test changes, and that the test can take away.</summary>
internal sealed class ScriptedAuthServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private RsaSecurityKey _key = NewKey();

    private ScriptedAuthServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public bool IsAway { get; set; }

    /// <summary>What it waits for before it answers.</summary>
    public Task Delay { get; set; } = Task.CompletedTask;

    /// <summary>How often the keys were asked for.</summary>
    public int Asked { get; private set; }

    public static async Task<ScriptedAuthServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new ScriptedAuthServer(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = "the-issuer", jwks_uri = $"{server.Url}/keys" }));
        app.MapGet("/keys", server.AnswerKeysAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>As an Auth Server does from time to time: what was signed with the old key is good no more.</summary>
    public void ChangeKey() => _key = NewKey();

    public string Issue(SecurityTokenDescriptor descriptor)
    {
        descriptor.SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> AnswerKeysAsync()
    {
        Asked++;
        await Delay;
        if (IsAway) return Results.StatusCode(503);
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_key.Rsa.ExportParameters(includePrivateParameters: false)) { KeyId = _key.KeyId });
        return Results.Text(JsonSerializer.Serialize(new { keys = new[] { new { kty = key.Kty, kid = key.Kid, use = "sig", n = key.N, e = key.E } } }), "application/json");
    }

    private static RsaSecurityKey NewKey() => new(RSA.Create(2048)) { KeyId = Guid.NewGuid().ToString("N") };
}
