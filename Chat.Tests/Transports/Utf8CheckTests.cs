using System.Text.Unicode;
using FsCheck;
using FsCheck.Fluent;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

public sealed class Utf8CheckTests
{
    /// <summary>The first and last character of each length, those beside the surrogates, and each way not to be one (RFC 3629 section 4).</summary>
    private static readonly string[] Samples =
    [
        "", "00", "7F", "C280", "DFBF", "E0A080", "EFBFBF", "ED9FBF", "EE8080", "F0908080", "F48FBFBF", "41C3A9E282ACF09F98804D",
        "80", "BF", "C0", "C080", "C1BF", "C3", "C341", "E0", "E080", "E09FBF", "E2", "E282", "E28241", "EDA080", "EDBFBF", "F0", "F09F", "F09F98", "F09F9841",
        "F08FBFBF", "F490", "F4908080", "F5", "F5808080", "F8", "FE", "FF", "41FF", "C3A980", "E282ACBF",
    ];

    [Fact]
    public void What_is_UTF_8_does_not_depend_on_the_cuts()
    {
        foreach (var before in Samples)
        {
            foreach (var sample in Samples)
            {
                var octets = Convert.FromHexString(before + sample);
                var isUtf8 = Utf8.IsValid(octets);
                for (var first = 0; first <= octets.Length; first++)
                {
                    for (var second = first; second <= octets.Length; second++)
                    {
                        IsUtf8(octets[..first], octets[first..second], octets[second..])
                            .Should().Be(isUtf8, "{0}, {1} is cut at {2} and {3}", before, sample, first, second);
                    }
                }
                IsUtf8([.. octets.Select(octet => new[] { octet })]).Should().Be(isUtf8, "{0}, {1} comes octet by octet", before, sample);
            }
        }
    }

    [Fact]
    public void Any_octets_in_any_pieces_are_judged_as_they_are_whole() =>
        Prop.ForAll<byte[][]>(pieces => IsUtf8(pieces) == Utf8.IsValid(pieces.SelectMany(piece => piece).ToArray())).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_in_any_pieces_is_UTF_8() =>
        Prop.ForAll<NonNull<string>, PositiveInt>((text, size) =>
        {
            // FsCheck's strings hold lone surrogates too; they become U+FFFD here.
            var octets = System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text.Get + "é€😀", 10)));
            return IsUtf8([.. octets.Chunk(size.Get)]);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("C0")]
    [InlineData("E080")]
    [InlineData("EDA0")]
    [InlineData("F08F")]
    [InlineData("F490")]
    [InlineData("F5")]
    public void What_can_never_become_a_character_is_refused_before_it_is_complete(string octets)
    {
        var check = default(Utf8Check);
        var accepted = true;
        foreach (var octet in Convert.FromHexString(octets))
            accepted = check.Accepts([octet]);
        accepted.Should().BeFalse();
    }

    private static bool IsUtf8(params byte[][] pieces)
    {
        var check = default(Utf8Check);
        foreach (var piece in pieces)
        {
            if (!check.Accepts(piece))
                return false;
        }
        return check.IsBetweenCharacters;
    }
}
