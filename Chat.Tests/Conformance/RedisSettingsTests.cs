using Microsoft.Extensions.Options;

namespace Chat.Tests.Conformance;

public sealed class RedisSettingsTests
{
    [Theory]
    [InlineData("password=s3cret")]
    [InlineData("localhost:6379,passwort=s3cret")]
    [InlineData("localhost:6379,password=s3cret,ssl=perhaps")]
    public async Task A_wrong_address_is_refused_by_name_with_an_example_and_without_its_password(string value)
    {
        await using var node = new LiveNode(value);

        var refusal = node.Invoking(wrong => wrong.Sessions).Should().Throw<OptionsValidationException>().Which;

        refusal.Message.Should().Contain("Redis:ConnectionString").And.Contain("127.0.0.1:6379").And.NotContain("s3cret");
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:6379,password=s3cret,ssl=true")]
    public async Task A_right_address_is_taken(string value)
    {
        await using var node = new LiveNode(value);

        node.Sessions.GetType().Name.Should().Be("RedisSessionStore");
    }
}
