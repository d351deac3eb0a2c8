using System.CommandLine;
using Chat.Domain.Users;
using Stomp.Gateway.DevelopmentTokens;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Commands;

/// <summary><c>token</c>: a token for anybody, signed with the development key.</summary>
internal static class TokenCommand
{
    /// <param name="withGateway">Runs something on a gateway that is composed but not started.</param>
    public static Command Create(Func<ParseResult, Func<WebApplication, CancellationToken, Task<int>>, CancellationToken, Task<int>> withGateway)
    {
        var subject = new Option<string>("--sub") { Description = "The user's id.", Required = true };
        var name = new Option<string?>("--name") { Description = "The user's name; the id where none is given." };
        var roles = new Option<string[]>("--role") { Description = "admin or service; may be given more than once.", DefaultValueFactory = _ => [] };
        var command = new Command("token", "Prints a token of the development token server.") { subject, name, roles };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, token) => withGateway(
            parsed, (gateway, _) => Task.FromResult(Print(gateway, parsed.GetRequiredValue(subject), parsed.GetValue(name), parsed.GetValue(roles) ?? [])), token));
        return command;
    }

    private static int Print(WebApplication gateway, string subject, string? name, string[] roles)
    {
        var auth = gateway.Services.GetRequiredService<AuthOptions>();
        if (!DevelopmentTokenServer.IsNeeded(gateway.Environment, auth))
        {
            Console.Error.WriteLine("Tokens are issued by the Auth Server that is configured. This command is for the Development environment with no Auth configured: DOTNET_ENVIRONMENT=Development.");
            return ExitCode.Misconfigured;
        }
        if (!UserId.TryParse(subject, out _))
        {
            Console.Error.WriteLine("--sub is a user's id: 1 to 64 characters, none of them a control character, for example alice.");
            return ExitCode.Misconfigured;
        }
        var issuer = new TokenIssuer(DevelopmentKey.LoadOrCreate(auth.Development.KeyPath), auth.Development.Url.TrimEnd('/'), TimeProvider.System);
        Console.WriteLine(issuer.Issue(subject, name, roles));
        return ExitCode.Ok;
    }
}
