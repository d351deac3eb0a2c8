using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Chat.Tests.Fuzz;

/// <summary>
/// Throws inputs at a target, half of them by a fixed seed and half by a fresh one. What fails is made as short as it can be while it still fails, and told
/// so that it can be thrown again: <see cref="Again"/>.
/// </summary>
internal static class FuzzRun
{
    /// <summary>The day on which the first of these ran.</summary>
    private const ulong FixedSeed = 20261124;
    private const int InputsPerBlock = 2_500;
    private const int MostChecksToShorten = 20_000;

    /// <summary>As many as the environment asks for, by <c>CHATSTOMP_FUZZ_INPUTS</c> or <c>CHATSTOMP_FUZZ_CONNECTIONS</c>.</summary>
    public static int CountOf(string variable, int usually) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : usually;

    /// <summary>The seed of <c>CHATSTOMP_FUZZ_SEED</c>, else always the same: a run that fails fails again.</summary>
    public static ulong FreshSeed() =>
        ulong.TryParse(Environment.GetEnvironmentVariable("CHATSTOMP_FUZZ_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    /// <param name="newTarget">Makes one for each thread.</param>
    /// <param name="usually">How many inputs where the environment asks for no other number.</param>
    /// <param name="output">Gets the counts.</param>
    public static void Go(Func<IFuzzTarget> newTarget, int usually, ITestOutputHelper output)
    {
        var inputs = CountOf("CHATSTOMP_FUZZ_INPUTS", usually);
        var blocks = (inputs + InputsPerBlock - 1) / InputsPerBlock;
        // Only a long run may have the whole machine.
        var threads = inputs > usually ? Environment.ProcessorCount : 1;
        var fresh = FreshSeed();
        var watch = Stopwatch.StartNew();
        var counts = new ConcurrentDictionary<string, long>(StringComparer.Ordinal);
        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, newTarget, (block, _, target) =>
        {
            var seed = (block % 2 == 0 ? FixedSeed : fresh) + ((ulong)block << 32);
            foreach (var (outcome, count) in RunBlock(target, seed)) counts.AddOrUpdate(outcome, count, (_, before) => before + count);
            return target;
        }, _ => { });

        output.WriteLine($"{blocks * InputsPerBlock} inputs, seeds {FixedSeed} and {fresh}, {watch.Elapsed.TotalSeconds:0} s");
        foreach (var (outcome, count) in counts.OrderByDescending(c => c.Value)) output.WriteLine($"{count,12} {outcome}");
    }

    /// <summary>Checks one input again, by what a failed run told of it.</summary>
    public static string Again(IFuzzTarget target, string base64, ulong settings) => target.Check(Convert.FromBase64String(base64), new Dice(settings));

    private static Dictionary<string, long> RunBlock(IFuzzTarget target, ulong seed)
    {
        var dice = new Dice(seed);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < InputsPerBlock; i++)
        {
            var octets = NextInput(target, dice);
            var settings = dice.Next64();
            try
            {
                var outcome = target.Check(octets, new Dice(settings));
                counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
            }
            catch (Exception e)
            {
                var shortest = Shorten(target, octets, settings);
                throw new FuzzFindException($"{FuzzText.Of(shortest)}\nFuzzRun.Again(target, \"{Convert.ToBase64String(shortest)}\", {settings}) of seed {seed}", e);
            }
        }
        return counts;
    }

    private static byte[] NextInput(IFuzzTarget target, Dice dice)
    {
        var octets = dice.OneIn(8) ? dice.Pick(target.Corpus) : target.Generate(dice);
        if (dice.OneIn(16)) octets = OctetMutator.Splice(octets, dice.Pick(target.Corpus), dice);
        return dice.Next(3) == 0 ? octets : OctetMutator.Mutate(octets, dice);
    }

    /// <summary>Takes away what is not needed to fail, in ever smaller pieces.</summary>
    private static byte[] Shorten(IFuzzTarget target, byte[] octets, ulong settings)
    {
        var checks = 0;
        for (var piece = Math.Max(octets.Length / 2, 1); piece > 0; piece /= 2)
        {
            for (var at = 0; at + piece <= octets.Length && checks++ < MostChecksToShorten;)
            {
                byte[] without = [.. octets.AsSpan(0, at), .. octets.AsSpan(at + piece)];
                if (Fails(target, without, settings)) octets = without;
                else at += piece;
            }
        }
        return octets;
    }

    private static bool Fails(IFuzzTarget target, byte[] octets, ulong settings)
    {
        try
        {
            target.Check(octets, new Dice(settings));
            return false;
        }
        catch (Exception)
        {
            return true;
        }
    }
}

/// <summary>An input for which something does not hold.</summary>
internal sealed class FuzzFindException(string message, Exception innerException) : Exception($"{message}\n{innerException.Message}", innerException);
