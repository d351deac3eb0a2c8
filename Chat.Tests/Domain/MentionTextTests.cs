using Chat.Domain.Messages;

namespace Chat.Tests.Domain;

public sealed class MentionTextTests
{
    [Theory]
    [InlineData("hello @bob", "bob")]
    [InlineData("hello @bob!", "bob!|bob")]
    [InlineData("(@bob.smith)", "bob.smith)|bob.smith|bob")]
    [InlineData("@철수야 안녕", "철수야|철수|철")]
    [InlineData("@bob님", "bob님|bob")]
    [InlineData("안녕@bob", "bob")]
    [InlineData("mail to a@b.example", "")]
    [InlineData("@ alone and @", "")]
    [InlineData("@@bob", "@bob|bob")]
    public void What_may_be_a_name_ends_where_a_word_does_or_anywhere_in_scripts_without_blanks(string text, string expected) =>
        string.Join('|', MentionText.CandidatesIn(text).SelectMany(c => c).Distinct()).Should().Be(expected);

    [Theory]
    [InlineData("Alice Liddell", "aliceliddell")]
    [InlineData("ＡＬＩＣＥ", "alice")]
    [InlineData("Straße", "strasse")]
    [InlineData("한글", "한글")]
    [InlineData("  ", null)]
    public void Names_are_compared_without_blanks_letter_case_and_width(string name, string? expected) => MentionText.NameOf(name).Should().Be(expected);

    [Fact]
    public void However_many_there_are_the_work_is_bounded()
    {
        var places = MentionText.CandidatesIn(string.Concat(Enumerable.Repeat("@가나다라마바사아자차카타파하 ", 1_000)));

        places.Should().HaveCount(100).And.OnlyContain(candidates => candidates.Count <= 32);
    }
}
