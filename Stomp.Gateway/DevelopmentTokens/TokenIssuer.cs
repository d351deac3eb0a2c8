using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Stomp.Gateway.DevelopmentTokens;

/// <summary>Issues tokens for anybody who asks. For development only.</summary>
internal sealed class TokenIssuer(ECDsaSecurityKey key, string issuer, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly JsonWebTokenHandler _handler = new();

    public string Issue(string subject, string? name, IReadOnlyCollection<string> roles)
    {
        var now = time.GetUtcNow();
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Sub] = subject,
            [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString("N"),
            ["roles"] = roles.ToArray(),
        };
        if (!string.IsNullOrEmpty(name)) claims["name"] = name;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + Lifetime).UtcDateTime,
            Claims = claims,
            SigningCredentials = new SigningCredentials(key, DevelopmentKey.Algorithm),
        });
    }
}
