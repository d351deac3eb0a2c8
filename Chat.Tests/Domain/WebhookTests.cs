using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Webhooks;

namespace Chat.Tests.Domain;

/// <summary>What is decided about webhooks, without any store.</summary>
public sealed class WebhookTests
{
    [Theory]
    [InlineData("x", true)]
    [InlineData("빌드 서버", true)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData(" x", false)]
    [InlineData("x\u0000y", false)]
    [InlineData("x\ny", false)]
    public void A_name_has_1_to_64_characters_that_can_be_shown_on_one_line(string? name, bool isGood) =>
        (Webhook.CheckName(name)?.Code).Should().Be(isGood ? null : RefusalCode.Invalid);

    [Fact]
    public void Moderators_make_ten_and_no_more()
    {
        var facts = new RoomFacts(People.Group, People.With(MemberRole.Moderator), Other: null, People.Now);

        MakeWebhook.Admit(facts, present: 9).Should().BeNull();
        MakeWebhook.Admit(facts, present: 10)!.Code.Should().Be(RefusalCode.Conflict);
        // How many there are is nothing for those who may not ask.
        MakeWebhook.Admit(facts with { Actor = People.With(MemberRole.Member) }, present: 10)!.Code.Should().Be(RefusalCode.Forbidden);
        MakeWebhook.Admit(facts with { Actor = People.Former(MemberRole.Owner) }, present: 10).Should().Be(Refusal.NotMember);
    }

    [Fact]
    public void A_secret_has_256_bits_and_its_hash_does_not_tell_it()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => WebhookSecret.New()).ToList();

        secrets.Select(secret => secret.Text).Should().OnlyHaveUniqueItems().And.OnlyContain(text => text.Length == 43);
        secrets.Should().OnlyContain(secret => secret.Hash.Length == 64 && secret.Hash != secret.Text && secret.Hash == WebhookSecret.Of(secret.Text).Hash);
        // FIPS 180-2, appendix B.1.
        WebhookSecret.Of("abc").Hash.Should().Be("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
