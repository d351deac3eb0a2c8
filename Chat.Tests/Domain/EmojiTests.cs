using Chat.Domain.Messages;

namespace Chat.Tests.Domain;

public sealed class EmojiTests
{
    [Theory]
    [InlineData("👍")]
    [InlineData("👍🏽")]
    [InlineData("❤️")]
    [InlineData("❤")]
    [InlineData("👩🏿‍❤️‍💋‍👩🏿")]
    [InlineData("👨‍👩‍👧‍👦")]
    [InlineData("🇰🇷")]
    [InlineData("🏴󠁧󠁢󠁥󠁮󠁧󠁿")]
    [InlineData("1️⃣")]
    [InlineData("#️⃣")]
    [InlineData("🏳️‍🌈")]
    [InlineData("🫩")]
    [InlineData("㊗️")]
    public void One_emoji_is_one_however_many_characters_it_has(string text) => Emoji.IsOne(text).Should().BeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("안")]
    [InlineData("1")]
    [InlineData("#")]
    [InlineData("12")]
    [InlineData("👍👍")]
    [InlineData("👍 ")]
    [InlineData(" 👍")]
    [InlineData("👍a")]
    [InlineData("👍\u0301")]
    [InlineData("👍\u200D")]
    [InlineData("\u200D")]
    [InlineData("\uFE0F")]
    [InlineData("🇰")]
    [InlineData("🇰🇷🇯🇵")]
    [InlineData("→")]
    [InlineData("∞")]
    [InlineData(":+1:")]
    public void What_is_no_emoji_or_more_than_one_is_refused(string text) => Emoji.IsOne(text).Should().BeFalse();

    [Fact]
    public void Half_of_a_surrogate_pair_is_no_emoji() => Emoji.IsOne("\uD83D").Should().BeFalse();

    [Fact]
    public void No_cluster_is_longer_than_a_column_holds() => Emoji.IsOne(string.Concat(Enumerable.Repeat("👩\u200D", 12)) + "👩").Should().BeFalse();
}
