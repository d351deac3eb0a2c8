using System.Globalization;
using System.Reflection;
using Chat.Domain.Search;

namespace Chat.Tests.Search;

public sealed class FoldingTests
{
    [Theory]
    [InlineData("ABC", "abc")]
    [InlineData("ＡＢＣ１２３", "abc123")]
    [InlineData("ｶﾞｷﾞ", "ガギ")]
    [InlineData("㈱①Ⅳ㍿ﬁ", "(株)1iv株式会社fi")]
    [InlineData("e\u0301", "é")]
    [InlineData("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글")]
    [InlineData("STRASSE straße ΣΟΦΟΣ σοφος", "strasse strasse σοφοσ σοφοσ")]
    [InlineData("co\u00ADoperate", "cooperate")]
    [InlineData("👩‍💻❤️", "👩💻❤")]
    public void What_people_take_for_the_same_is_the_same(string text, string folded) => Folding.Fold(text).Should().Be(folded);

    [Fact]
    public void Every_vector_is_folded_as_Unicode_has_it()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Chat.Tests.Search.folding-vectors.txt")!);
        var vectors = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(line => line.Split(';')).ToList();

        vectors.Should().HaveCountGreaterThan(500);
        vectors.Where(vector => Folding.Fold(Read(vector[0])) != Read(vector[1])).Select(vector => $"{vector[0]} is {vector[1]}").Should().BeEmpty();
    }

    private static string Read(string codes) =>
        string.Concat(codes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(code => char.ConvertFromUtf32(int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture))));
}
