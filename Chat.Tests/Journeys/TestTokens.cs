using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Tests.Journeys;

/// <summary>Plays the Auth Server of several gateways that share a symmetric key with it.</summary>
internal static class TestTokens
{
    public static string Issue(string subject, params string[] roles) => IssueNamed(subject, $"{subject} of the tests", roles);

    public static string IssueNamed(string subject, string name, params string[] roles) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Expires = DateTime.UtcNow.AddHours(1),
        Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = subject, ["name"] = name, ["roles"] = roles },
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(GatewayProcess.SharedKey)), SecurityAlgorithms.HmacSha256),
    });
}
