using System.CommandLine;
using BenchmarkDotNet.Running;
using ChatStomp.Bench.Peers;
using ChatStomp.Bench.Results;

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
        var runs = new Option<int>("--runs") { Description = "Runs of each; the tables have their median.", DefaultValueFactory = _ => 3 };
        var raw = new Option<string>("--raw") { Description = "Where each run is kept as soon as it is done, a line of JSON behind what is there.", DefaultValueFactory = _ => "comparison.jsonl" };
        var from = new Option<string[]>("--from") { Description = "Measures nothing, and tells what such files hold.", AllowMultipleArgumentsPerToken = true };
        var output = new Option<string>("--out") { Description = "Where the tables go, besides the console." };
        var root = new RootCommand("Speed and memory of ChatStomp and of what a user would pick instead, on this machine.") { only, subjects, runs, raw, from, output, PeerCommand() };
        root.SetAction(async (result, _) =>
        {
            var measured = result.GetValue(from) is { Length: > 0 } files
                ? [.. files.SelectMany(Run.ReadFrom)]
                : await MeasureAsync(Comparison.RunAsync(result.GetValue(only) ?? [], result.GetValue(subjects) ?? [], result.GetValue(runs)), result.GetValue(raw)!);
            if (measured.Count == 0) throw new InvalidOperationException("There is no such scenario, or no such server in it.");
            var text = Comparison.ReportOf(measured).ToMarkdown();
            Console.Write(text);
            if (result.GetValue(output) is { } file) Report.Write(file, text);
            return measured.Exists(run => run.Failure is not null) ? 1 : 0;
        });
        return await root.Parse(args).InvokeAsync();
    }

    private static async Task<List<Run>> MeasureAsync(IAsyncEnumerable<Run> comparison, string raw)
    {
        var measured = new List<Run>();
        await foreach (var run in comparison)
        {
            await Console.Error.WriteLineAsync(run.ToString());
            run.AppendTo(raw);
            measured.Add(run);
        }
        return measured;
    }

    private static Command PeerCommand()
    {
        var name = new Argument<string>("name");
        var port = new Argument<int>("port");
        var peer = new Command("peer", "Serves as one of the peers.") { name, port };
        peer.SetAction((result, _) => result.GetRequiredValue(name) switch
        {
            SignalRPeer.Name => SignalRPeer.RunAsync(result.GetRequiredValue(port)),
            KestrelPeer.Name => KestrelPeer.RunAsync(result.GetRequiredValue(port)),
            var unknown => throw new InvalidOperationException($"There is no peer {unknown}."),
        });
        return peer;
    }
}
