using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Running;
using ChatStomp.Bench.Peers;

namespace ChatStomp.Bench;

/// <summary>
/// <c>dotnet run -c Release</c> compares the product with its peers; <c>-- --filter '*Frame*'</c> measures parts of it. Called by itself as
/// <c>peer NAME PORT</c> it is one of the peers.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args.Contains("--filter"))
        {
            BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
            return 0;
        }
        var only = new Option<string[]>("--only") { Description = "Scenarios to run, such as F1 C1; all by default.", AllowMultipleArgumentsPerToken = true };
        var subjects = new Option<string[]>("--subjects") { Description = "Servers to measure, such as chatstomp signalr; all by default.", AllowMultipleArgumentsPerToken = true };
        var runs = new Option<int>("--runs") { Description = "Runs of each; the table has their median.", DefaultValueFactory = _ => 3 };
        var name = new Argument<string>("name");
        var port = new Argument<int>("port");
        var peer = new Command("peer", "Serves as one of the peers.") { name, port };
        peer.SetAction((result, _) => result.GetRequiredValue(name) switch
        {
            SignalRPeer.Name => SignalRPeer.RunAsync(result.GetRequiredValue(port)),
            KestrelPeer.Name => KestrelPeer.RunAsync(result.GetRequiredValue(port)),
            var unknown => throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"There is no peer {unknown}."), nameof(args)),
        });
        var root = new RootCommand("Speed and memory of ChatStomp and of what a user would pick instead, on this machine.") { only, subjects, runs, peer };
        root.SetAction((result, _) => Comparison.RunAsync(result.GetValue(only) ?? [], result.GetValue(subjects) ?? [], result.GetValue(runs)));
        return await root.Parse(args).InvokeAsync();
    }
}
