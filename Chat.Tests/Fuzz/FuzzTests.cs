using Xunit.Abstractions;

namespace Chat.Tests.Fuzz;

/// <summary>
/// Readers of what strangers send. How many inputs each gets, and by which seed, can be set: docs/fuzzing.md. What was found stays found: it is kept in Corpus.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Usually = 50_000;
    private const int TriesOfEachSample = 200;

    private static readonly Dictionary<string, Func<IFuzzTarget>> Targets = new(StringComparer.Ordinal)
    {
        ["frames"] = () => new FrameFuzzTarget(),
        ["WebSocket"] = () => new WebSocketFuzzTarget(),
        ["SockJS"] = () => new SockJsFuzzTarget(),
    };

    public static TheoryData<string> All => [.. Targets.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void A_reader_keeps_its_promises_whatever_comes_in(string target) => FuzzRun.Go(Targets[target], Usually, output);

    [Theory]
    [MemberData(nameof(All))]
    public void A_reader_keeps_its_promises_for_all_that_was_found_and_kept(string target)
    {
        var reader = Targets[target]();
        reader.Corpus.Should().NotBeEmpty();
        foreach (var octets in reader.Corpus)
            for (var seed = 0UL; seed < TriesOfEachSample; seed++) reader.Check(octets, new Dice(seed));
    }
}
