using Chat.Domain.Events;
using Chat.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chat.Tests.Conformance;

public sealed class EventBusSettingsTests
{
    [Theory]
    [InlineData("RabbitMq:Uri", "localhost")]
    [InlineData("RabbitMq:Uri", "http://chat:s3cret@localhost:5672/")]
    [InlineData("RabbitMq:Uri", "amqp://chat:s3cret@localhost:5672/a/b")]
    [InlineData("RabbitMq:ManagementUri", "amqp://chat:s3cret@localhost:15672")]
    public void A_wrong_address_is_refused_by_name_with_an_example_and_without_its_password(string key, string value)
    {
        var settings = new Dictionary<string, string?> { ["RabbitMq:Uri"] = "amqp://localhost", [key] = value };

        var refusal = FluentActions.Invoking(() => Build(settings).GetRequiredService<IEventBus>()).Should().Throw<OptionsValidationException>().Which;

        refusal.Message.Should().Contain(key).And.Contain("://user:password@host:").And.NotContain("s3cret");
    }

    [Theory]
    [InlineData("amqp://localhost")]
    [InlineData("amqp://chat:s3cret@localhost:5672/")]
    [InlineData("amqps://chat:s3cret@broker.example:5671/chat%2Fone")]
    public async Task A_right_address_is_taken(string value)
    {
        await using var services = Build(new Dictionary<string, string?> { ["RabbitMq:Uri"] = value });

        services.GetRequiredService<IEventBus>().GetType().Name.Should().Be("RabbitMqEventBus");
    }

    private static ServiceProvider Build(Dictionary<string, string?> settings) => new ServiceCollection()
        .AddLogging()
        .AddMetrics()
        .AddSingleton(new NodeId("settings"))
        .AddEventBus(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .BuildServiceProvider();
}
