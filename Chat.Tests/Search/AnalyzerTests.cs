using System.Globalization;
using Chat.Domain.Search;
using FsCheck;
using FsCheck.Fluent;

namespace Chat.Tests.Search;

public sealed class AnalyzerTests
{
    private static readonly Gen<string> CjkTexts = TextsOf("東京都庁人民共和国一二三日本語テストガギグーはひふへほ안녕하세요학교에서가나다ㅋㅎㅠㅏㄳ你好吗𠮷😀👍🏽々〇");
    private static readonly Gen<string> LatinTexts = TextsOf("abcdefghijklmnopqrstuvwxyzABCXYZéÉßÄöñçğИрушкаΣς0123456789    .,-_'!?/");

    [Theory]
    [InlineData("Hello, World", "hello world")]
    [InlineData("東京都", "東京 京都 都")]
    [InlineData("水", "水")]
    [InlineData("iPhone15를 샀다", "iphone15 를 샀다 다")]
    [InlineData("東京タワーへ", "東京 京タ タワ ワー ーへ へ")]
    [InlineData("Go!👍🏽", "go 👍🏽 🏽")]
    [InlineData("スーパーマン・ｽｰﾊﾟｰﾏﾝ", "スー ーパ パー ーマ マン ン")]
    [InlineData("สวัสดี", "สว วั ัส สด ดี ี")]
    [InlineData("...", "")]
    public void A_text_is_cut_into_words_and_pairs(string text, string terms) =>
        Analyzer.TermsOf(text).Should().BeEquivalentTo(terms.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Theory]
    [InlineData("東京都", "東京都庁へ行く", true)]
    [InlineData("東京都", "東京と京都", false)] // both of its pairs are there
    [InlineData("水", "お水です", true)]
    [InlineData("水", "冷水", true)]
    [InlineData("학교", "우리학교에서", true)]
    [InlineData("hel", "say hello", true)]
    [InlineData("ello", "say hello", false)]
    [InlineData("WORLD hel", "Hello World", true)]
    [InlineData("hello there", "hello world", false)]
    [InlineData("3월", "3월 회의", true)]
    [InlineData("3월", "13월 회의", false)]
    [InlineData("3월", "3시, 5월", false)]
    [InlineData("foo.bar", "foo-bar", true)]
    [InlineData("foo.bar", "bar foo", false)]
    [InlineData("alice@example.com", "to Alice@Example.com!", true)]
    [InlineData("ＴＯＫＹＯ", "tokyo", true)]
    [InlineData("👍", "fine 👍🏽", true)]
    [InlineData("😀", "👍😀", true)]
    [InlineData("❤️", "I ❤ you", true)]
    [InlineData("ㅋㅋ", "웃겨ㅋㅋㅠㅠ", true)]
    [InlineData("안녕", "\u110b\u1161\u11ab\u1102\u1167\u11bc", true)]
    public void A_query_finds(string query, string text, bool found)
    {
        SearchQuery.TryParse(query, out var parsed).Should().BeTrue();
        parsed.Matches(text).Should().Be(found);
        if (found) IsCandidate(parsed, text).Should().BeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("?!...")]
    [InlineData("a\0b")]
    public void Where_there_is_nothing_to_look_for_there_is_no_query(string text) => SearchQuery.TryParse(text, out _).Should().BeFalse();

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_query() => SearchQuery.TryParse("a" + (char)0xD800, out _).Should().BeFalse();

    [Fact]
    public void A_query_has_200_characters_at_most()
    {
        SearchQuery.TryParse(new string('京', 200), out _).Should().BeTrue();
        SearchQuery.TryParse(string.Concat(Enumerable.Repeat("👩🏽", 200)), out _).Should().BeTrue();
        SearchQuery.TryParse(new string('京', 201), out _).Should().BeFalse();
    }

    [Fact]
    public void A_long_query_asks_the_index_for_a_few_terms_and_is_checked_as_a_whole()
    {
        SearchQuery.TryParse("一二三四五六七八九十甲乙丙丁", out var query).Should().BeTrue();
        query.Terms.Should().HaveCount(8);
        query.Matches("xx一二三四五六七八九十甲乙丙丁yy").Should().BeTrue();
        query.Matches("一二三四五六七八九十甲乙丙").Should().BeFalse();
    }

    /// <summary>Characters as people count them: half of one is no substring that anybody would look for.</summary>
    [Fact]
    public void Every_substring_of_two_or_more_characters_of_a_CJK_text_finds_it() =>
        Prop.ForAll(CjkTexts.ToArbitrary(), text =>
        {
            var characters = CharactersOf(text);
            return Enumerable.Range(0, characters.Length).All(start => Enumerable.Range(1, characters.Length - start).All(length =>
                Finds(string.Concat(characters[start..(start + length)]), text)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_prefix_of_every_word_of_a_text_with_blanks_finds_it() =>
        Prop.ForAll(LatinTexts.ToArbitrary(), text => text.Split([' ', '.', ',', '-', '_', '\'', '!', '?', '/'], StringSplitOptions.RemoveEmptyEntries)
            .All(word => Enumerable.Range(1, word.Length).All(length => Finds(word[..length], text) && Finds(word[..length].ToUpperInvariant(), text))))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void What_matches_has_every_term_that_the_index_is_asked_for() =>
        Prop.ForAll(Gen.Two(Gen.OneOf(CjkTexts, LatinTexts)).Select(pair => (Text: pair.Item1, Query: pair.Item2)).ToArbitrary(), both =>
        {
            var start = both.Query.Length % 3;
            var text = both.Text + both.Query;
            return !SearchQuery.TryParse(both.Query[Math.Min(start, both.Query.Length)..], out var query) || !query.Matches(text) || IsCandidate(query, text);
        }).QuickCheckThrowOnFailure();

    private static bool Finds(string query, string text) => SearchQuery.TryParse(query, out var parsed) && parsed.Matches(text) && IsCandidate(parsed, text);

    private static bool IsCandidate(SearchQuery query, string text)
    {
        var terms = Analyzer.TermsOf(text);
        return query.Terms.All(asked => terms.Any(term => asked.IsPrefix ? term.StartsWith(asked.Text, StringComparison.Ordinal) : term == asked.Text));
    }

    private static string[] CharactersOf(string text)
    {
        var starts = StringInfo.ParseCombiningCharacters(text);
        return [.. starts.Select((start, i) => text[start..(i + 1 < starts.Length ? starts[i + 1] : text.Length)])];
    }

    private static Gen<string> TextsOf(string characters) =>
        Gen.Elements([.. characters.EnumerateRunes().Select(rune => rune.ToString())]).ArrayOf().Select(string.Concat).Where(text => text.Length < 60);
}
