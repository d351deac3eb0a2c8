using System.CommandLine;
using System.Net.Sockets;
using Chat.Domain;
using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Commands;

/// <summary>The command line. Whatever is no option of a command is a setting, as in <c>--Database:Provider=mysql</c>.</summary>
/// <param name="compose">Puts the gateway together with these settings, without starting it.</param>
/// <param name="migrate">Brings the database's schema up to date.</param>
internal sealed class GatewayCommands(Func<IReadOnlyList<string>, WebApplication> compose, Func<IServiceProvider, CancellationToken, Task> migrate)
{
    public Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("ChatStomp: a STOMP-over-WebSocket chat gateway.") { TreatUnmatchedTokensAsErrors = false };
        root.SetAction((parsed, token) => WithGatewayAsync(parsed, ServeAsync, token));
        root.Add(Command("serve", "Runs the gateway; the same as no command.", ServeAsync));
        root.Add(Command("migrate", "Brings the database's schema up to date, and ends.", MigrateAsync));
        root.Add(Command("check", "Connects to everything that is configured and reports.", CheckCommand.RunAsync));
        root.Add(TokenCommand.Create((parsed, run, token) => WithGatewayAsync(parsed, run, token)));
        root.Add(HashCommand.Create());
        return root.Parse(args).InvokeAsync();
    }

    private Command Command(string name, string description, Func<WebApplication, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((parsed, token) => WithGatewayAsync(parsed, run, token));
        return command;
    }

    /// <summary>Runs a command on a gateway whose settings are good; else says what is wrong with them.</summary>
    private async Task<int> WithGatewayAsync(ParseResult parsed, Func<WebApplication, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        if (StrayWordOf(parsed.UnmatchedTokens) is { } word)
        {
            await Console.Error.WriteLineAsync($"\"{word}\" is no command and no setting. Commands are listed by --help; a setting is for example --Database:Provider=mysql.");
            return ExitCode.Usage;
        }
        try
        {
            await using var gateway = compose(parsed.UnmatchedTokens);
            return await run(gateway, cancellationToken);
        }
        catch (OptionsValidationException e)
        {
            foreach (var failure in e.Failures) await Console.Error.WriteLineAsync(failure);
            return ExitCode.Misconfigured;
        }
        catch (SettingException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.Misconfigured;
        }
        catch (StoreUnavailableException e)
        {
            await Console.Error.WriteLineAsync($"The database is not available: {e.Message}");
            return ExitCode.Unavailable;
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{e.Message} Another address is set by Gateway:Urls, for example \"http://127.0.0.1:8090\".");
            return ExitCode.Misconfigured;
        }
        catch (Exception e) when (IsNoAddress(e))
        {
            await Console.Error.WriteLineAsync($"An address of Gateway:Urls or the port of Stomp:Tcp cannot be listened at: {e.Message}.");
            return ExitCode.Misconfigured;
        }
    }

    /// <summary>What is neither a setting (<c>--name=value</c>, <c>/name=value</c>, <c>name=value</c>) nor the value behind one: a command that there is not, nearly always.</summary>
    private static string? StrayWordOf(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].Contains('=', StringComparison.Ordinal)) continue;
            if (!words[i].StartsWith('-') && !words[i].StartsWith('/')) return words[i];
            // Its value.
            i++;
        }
        return null;
    }

    /// <summary>Whether nobody can listen at an address, or not whoever runs this. With <c>localhost</c> there is a failure for each of its two.</summary>
    private static bool IsNoAddress(Exception failure) => failure switch
    {
        SocketException e => e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AccessDenied,
        IOException { InnerException: AggregateException both } => both.InnerExceptions.Any(IsNoAddress),
        _ => false,
    };

    private async Task<int> ServeAsync(WebApplication gateway, CancellationToken cancellationToken)
    {
        await migrate(gateway.Services, cancellationToken);
        await gateway.RunAsync(cancellationToken);
        return ExitCode.Ok;
    }

    private async Task<int> MigrateAsync(WebApplication gateway, CancellationToken cancellationToken)
    {
        await migrate(gateway.Services, cancellationToken);
        Console.WriteLine("The database is up to date.");
        return ExitCode.Ok;
    }
}
