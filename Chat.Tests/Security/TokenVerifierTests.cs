using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Chat.Domain.Users;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Stomp.Gateway.Options;
using Stomp.Gateway.Security;

namespace Chat.Tests.Security;

/// <summary>Which tokens are good (docs/protocol.md, "Who you are"), by each source of keys.</summary>
public sealed class TokenVerifierTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private const string Secret = "a secret of more than thirty-two octets";

    private readonly FakeTimeProvider _time = new(Now);
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
    }

    [Fact]
    public async Task What_a_good_token_says_is_taken_over()
    {
        var verdict = await VerifyAsync(Symmetric(), Sign(new()
        {
            ["sub"] = "kim",
            ["name"] = "Kim 김",
            ["picture"] = "https://example.com/kim.png",
            ["jti"] = "t1",
            ["roles"] = new[] { "ADMIN", "SERVICE" },
            ["iat"] = Now.ToUnixTimeSeconds(),
            ["exp"] = Now.AddHours(1).ToUnixTimeSeconds(),
        }));

        var token = verdict.Token!;
        token.Caller.Id.Value.Should().Be("kim");
        token.Caller.Name.Should().Be("Kim 김");
        token.Caller.AvatarUrl.Should().Be("https://example.com/kim.png");
        token.Caller.Roles.Should().BeEquivalentTo("ADMIN", "SERVICE");
        (token.TokenId, token.ExpiresAt, token.IssuedAt).Should().Be(("t1", Now.AddHours(1), Now));
    }

    [Fact]
    public async Task Roles_may_be_one_string_and_who_has_no_name_is_called_by_the_id()
    {
        var token = (await VerifyAsync(Symmetric(), Sign(Claims(("roles", "ADMIN SERVICE"))))).Token!;

        token.Caller.Roles.Should().BeEquivalentTo("ADMIN", "SERVICE");
        token.Caller.Name.Should().Be("kim");
    }

    [Fact]
    public async Task What_stands_in_an_array_is_one_role_each()
    {
        var token = (await VerifyAsync(Symmetric(), Sign(Claims(("roles", new[] { "site admin", "not service" }))))).Token!;

        token.Caller.Roles.Should().BeEquivalentTo("site admin", "not service");
        token.Caller.IsService.Should().BeFalse();
    }

    [Theory]
    [InlineData(SecurityAlgorithms.HmacSha256)]
    [InlineData(SecurityAlgorithms.HmacSha384)]
    [InlineData(SecurityAlgorithms.HmacSha512)]
    public async Task The_shortest_key_that_is_taken_is_good_for_each_algorithm(string algorithm)
    {
        var key = Secret[..32];
        var parts = Sign(Claims()).Split('.');
        var head = Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","typ":"JWT"}""");
        var octets = Encoding.UTF8.GetBytes($"{head}.{parts[1]}");
        var signature = algorithm switch
        {
            SecurityAlgorithms.HmacSha256 => HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), octets),
            SecurityAlgorithms.HmacSha384 => HMACSHA384.HashData(Encoding.UTF8.GetBytes(key), octets),
            _ => HMACSHA512.HashData(Encoding.UTF8.GetBytes(key), octets),
        };

        (await VerifyAsync(new AuthOptions { SymmetricKey = key }, $"{head}.{parts[1]}.{Base64UrlEncoder.Encode(signature)}")).Reason.Should().BeEmpty();
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(0, "token expired")]
    [InlineData(-60, "token expired")]
    public async Task It_ends_at_its_exp(int secondsLeft, string reason) =>
        (await VerifyAsync(Symmetric(), Sign(Claims(("exp", Now.AddSeconds(secondsLeft).ToUnixTimeSeconds()))))).Reason.Should().Be(reason);

    [Theory]
    [InlineData(5, "")]
    [InlineData(6, "token is not valid yet")]
    public async Task It_begins_at_its_nbf_by_clocks_that_differ_a_little(int secondsUntil, string reason) =>
        (await VerifyAsync(Symmetric(), Sign(Claims(("nbf", Now.AddSeconds(secondsUntil).ToUnixTimeSeconds()))))).Reason.Should().Be(reason);

    [Fact]
    public async Task Without_an_exp_it_is_refused()
    {
        var claims = Claims();
        claims.Remove("exp");

        (await VerifyAsync(Symmetric(), Sign(claims))).Reason.Should().Be("token has no exp");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public async Task Whose_it_is_has_to_be_a_storable_name(string? subject)
    {
        var claims = Claims();
        claims.Remove("sub");
        if (subject is not null) claims["sub"] = subject;

        (await VerifyAsync(Symmetric(), Sign(claims))).Reason.Should().StartWith("sub must");
    }

    [Fact]
    public async Task Issuer_and_audience_are_checked_where_they_are_set()
    {
        var options = Symmetric();
        (options.Issuer, options.Audience) = ("the-issuer", "chat");

        (await VerifyAsync(options, Sign(Claims(("iss", "the-issuer"), ("aud", new[] { "other", "chat" }))))).Reason.Should().BeEmpty();
        (await VerifyAsync(options, Sign(Claims(("iss", "another"), ("aud", "chat"))))).Reason.Should().Be("wrong issuer");
        (await VerifyAsync(options, Sign(Claims(("aud", "chat"))))).Reason.Should().Be("wrong issuer");
        (await VerifyAsync(options, Sign(Claims(("iss", "the-issuer"), ("aud", "other"))))).Reason.Should().Be("wrong audience");
        (await VerifyAsync(options, Sign(Claims(("iss", "the-issuer"))))).Reason.Should().Be("wrong audience");
    }

    [Fact]
    public async Task A_public_key_of_RSA_or_EC_verifies_what_its_private_key_signed()
    {
        var rsa = new AuthOptions { PublicKeyPem = _rsa.ExportSubjectPublicKeyInfoPem() };
        var ec = new AuthOptions { PublicKeyPem = _ec.ExportSubjectPublicKeyInfoPem() };
        var byRsa = Sign(Claims(), new RsaSecurityKey(_rsa), SecurityAlgorithms.RsaSha256);
        var byEc = Sign(Claims(), new ECDsaSecurityKey(_ec), SecurityAlgorithms.EcdsaSha256);

        (await VerifyAsync(rsa, byRsa)).Reason.Should().BeEmpty();
        (await VerifyAsync(ec, byEc)).Reason.Should().BeEmpty();
        (await VerifyAsync(ec, byRsa)).Token.Should().BeNull();
        (await VerifyAsync(rsa, byEc)).Token.Should().BeNull();
    }

    [Fact]
    public async Task A_public_key_is_never_taken_for_a_shared_secret()
    {
        var pem = _rsa.ExportSubjectPublicKeyInfoPem();
        var forged = Sign(Claims(), new SymmetricSecurityKey(Encoding.UTF8.GetBytes(pem)), SecurityAlgorithms.HmacSha256);

        (await VerifyAsync(new AuthOptions { PublicKeyPem = pem }, forged)).Token.Should().BeNull();
    }

    [Fact]
    public async Task An_unsigned_or_a_changed_token_is_refused()
    {
        var good = Sign(Claims());
        var parts = good.Split('.');
        var other = Base64UrlEncoder.Encode(JsonSerializer.Serialize(Claims(("sub", "boss"))));
        var none = $"{Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{parts[1]}.";

        (await VerifyAsync(Symmetric(), good)).Reason.Should().BeEmpty();
        (await VerifyAsync(Symmetric(), $"{parts[0]}.{other}.{parts[2]}")).Reason.Should().StartWith("bad signature");
        (await VerifyAsync(Symmetric(), none)).Token.Should().BeNull();
        (await VerifyAsync(Symmetric(), "no token at all")).Reason.Should().Be("malformed token");
        (await VerifyAsync(Symmetric(), "")).Reason.Should().Be("malformed token");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_key_that_the_Auth_Server_changed_is_good_at_once(bool byKeySet)
    {
        await using var server = await ScriptedAuthServer.StartAsync();
        var verifier = Verifier(byKeySet ? new AuthOptions { JwksUrl = $"{server.Url}/keys" } : new AuthOptions { Authority = server.Url });
        (await verifier.VerifyAsync(server.Issue(Descriptor()), CancellationToken.None)).Reason.Should().BeEmpty();

        server.ChangeKey();

        (await verifier.VerifyAsync(server.Issue(Descriptor()), CancellationToken.None)).Reason.Should().BeEmpty();
    }

    [Fact]
    public async Task Tokens_of_unknown_keys_do_not_make_it_ask_in_a_loop()
    {
        await using var server = await ScriptedAuthServer.StartAsync();
        var verifier = Verifier(new AuthOptions { Authority = server.Url });
        await verifier.VerifyAsync(server.Issue(Descriptor()), CancellationToken.None);
        var foreign = Sign(Claims(("iss", "the-issuer")), new RsaSecurityKey(_rsa) { KeyId = "foreign" }, SecurityAlgorithms.RsaSha256);

        for (var i = 0; i < 50; i++) (await verifier.VerifyAsync(foreign, CancellationToken.None)).Reason.Should().StartWith("bad signature");

        server.Asked.Should().Be(2);
        _time.Advance(TimeSpan.FromSeconds(30));
        (await verifier.VerifyAsync(foreign, CancellationToken.None)).Reason.Should().StartWith("bad signature");
        server.Asked.Should().Be(3);
    }

    [Fact]
    public async Task The_discovered_issuer_is_the_only_good_one()
    {
        await using var server = await ScriptedAuthServer.StartAsync();
        var verifier = Verifier(new AuthOptions { Authority = server.Url });
        var descriptor = Descriptor();
        descriptor.Issuer = "another";

        (await verifier.VerifyAsync(server.Issue(descriptor), CancellationToken.None)).Reason.Should().Be("wrong issuer");
    }

    [Fact]
    public async Task While_the_Auth_Server_is_away_tokens_are_refused_if_its_keys_were_never_had_and_judged_by_them_if_they_were()
    {
        await using var server = await ScriptedAuthServer.StartAsync();
        var early = Verifier(new AuthOptions { Authority = server.Url });
        var late = Verifier(new AuthOptions { Authority = server.Url });
        (await late.VerifyAsync(server.Issue(Descriptor()), CancellationToken.None)).Reason.Should().BeEmpty();

        server.IsAway = true;

        (await early.VerifyAsync(server.Issue(Descriptor()), CancellationToken.None)).Reason.Should().Be("the Auth Server does not answer");
        (await late.VerifyAsync(server.Issue(Descriptor()), CancellationToken.None)).Reason.Should().BeEmpty();
        server.ChangeKey();
        (await late.VerifyAsync(server.Issue(Descriptor()), CancellationToken.None)).Reason.Should().StartWith("bad signature");
    }

    [Fact]
    public async Task A_key_that_the_Auth_Server_took_back_is_trusted_for_half_a_day_at_most()
    {
        await using var server = await ScriptedAuthServer.StartAsync();
        var verifier = Verifier(new AuthOptions { Authority = server.Url });
        var descriptor = Descriptor();
        descriptor.Claims["exp"] = Now.AddDays(2).ToUnixTimeSeconds();
        var token = server.Issue(descriptor);
        (await verifier.VerifyAsync(token, CancellationToken.None)).Reason.Should().BeEmpty();

        server.ChangeKey();
        (await verifier.VerifyAsync(token, CancellationToken.None)).Reason.Should().BeEmpty();
        _time.Advance(TimeSpan.FromHours(12));

        (await verifier.VerifyAsync(token, CancellationToken.None)).Reason.Should().StartWith("bad signature");
    }

    [Fact]
    public async Task A_token_that_was_good_is_not_verified_again_until_it_ends()
    {
        var verifier = Verifier(Symmetric());
        var token = Sign(Claims());
        var first = await verifier.VerifyAsync(token, CancellationToken.None);

        (await verifier.VerifyAsync(token, CancellationToken.None)).Token.Should().BeSameAs(first.Token);

        _time.Advance(TimeSpan.FromHours(1));
        (await verifier.VerifyAsync(token, CancellationToken.None)).Reason.Should().Be("token expired");
        (await verifier.VerifyAsync(token, CancellationToken.None, ignoreExpiry: true)).Token.Should().BeSameAs(first.Token);
    }

    [Fact]
    public async Task A_token_that_is_like_a_good_one_is_verified_by_itself()
    {
        var verifier = Verifier(Symmetric());
        var token = Sign(Claims());
        (await verifier.VerifyAsync(token, CancellationToken.None)).Reason.Should().BeEmpty();

        var changed = token[..^2] + (token[^2] == 'A' ? 'B' : 'A') + token[^1];

        (await verifier.VerifyAsync(changed, CancellationToken.None)).Reason.Should().StartWith("bad signature");
    }

    [Fact]
    public void So_many_good_tokens_are_remembered_and_no_more()
    {
        var (tokens, keys) = (new VerifiedTokens(), new object());
        var verified = new VerifiedToken(new Caller(UserId.Parse("kim"), "Kim", AvatarUrl: null, FrozenSet<string>.Empty), Now, TokenId: null, IssuedAt: null);
        for (var i = 0; i < VerifiedTokens.Most; i++) tokens.Add($"token {i}", keys, verified);
        tokens.Find("token 0", keys).Should().BeSameAs(verified);

        tokens.Add("one more", keys, verified);

        tokens.Count.Should().Be(1);
        tokens.Find("one more", keys).Should().BeSameAs(verified);
        tokens.Find("one more", new object()).Should().BeNull();
    }

    private static AuthOptions Symmetric() => new() { SymmetricKey = Secret };

    private TokenVerifier Verifier(AuthOptions options) => new(new TokenKeys(options, () => null, _time), options, _time, NullLogger<TokenVerifier>.Instance);

    private async Task<TokenVerdict> VerifyAsync(AuthOptions options, string token) => await Verifier(options).VerifyAsync(token, CancellationToken.None);

    private static Dictionary<string, object> Claims(params (string Name, object Value)[] more)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = "kim", ["exp"] = Now.AddHours(1).ToUnixTimeSeconds() };
        foreach (var (name, value) in more) claims[name] = value;
        return claims;
    }

    private static SecurityTokenDescriptor Descriptor() => new() { Claims = Claims(), Issuer = "the-issuer" };

    private static string Sign(Dictionary<string, object> claims) => Sign(claims, new SymmetricSecurityKey(Encoding.UTF8.GetBytes(Secret)), SecurityAlgorithms.HmacSha256);

    private static string Sign(Dictionary<string, object> claims, SecurityKey key, string algorithm) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor { Claims = claims, SigningCredentials = new SigningCredentials(key, algorithm) });
}
