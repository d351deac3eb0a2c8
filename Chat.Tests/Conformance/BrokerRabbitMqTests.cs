using Chat.Tests.Support.Servers;

namespace Chat.Tests.Conformance;

[Needs(Server.RabbitMq)]
public sealed class RabbitMqBrokerTests : BrokerSuite
{
    private protected override async Task<BrokerNode> StartBrokerAsync() => BrokerNode.Start((await TestServers.RabbitMq).Uri);
}
