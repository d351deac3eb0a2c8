using System.CommandLine;
using Stomp.Gateway.Security;

namespace Stomp.Gateway.Commands;

/// <summary>Makes the hash of a service account's passcode, for the settings.</summary>
internal static class HashCommand
{
    public static Command Create()
    {
        var command = new Command("hash", "Reads a service account's passcode from the first line of its input and prints its hash for Auth:ServiceAccounts.");
        command.SetAction(async (_, token) =>
        {
            if (await Console.In.ReadLineAsync(token) is not { Length: > 0 } passcode)
            {
                await Console.Error.WriteLineAsync("There was no passcode in the input.");
                return ExitCode.Misconfigured;
            }
            Console.WriteLine(PasscodeHash.Of(passcode, PasscodeHash.DefaultIterations));
            return ExitCode.Ok;
        });
        return command;
    }
}
