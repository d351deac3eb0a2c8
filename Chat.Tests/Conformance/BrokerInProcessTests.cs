namespace Chat.Tests.Conformance;

public sealed class InProcessBrokerTests : BrokerSuite
{
    private protected override Task<BrokerNode> StartBrokerAsync() => Task.FromResult(BrokerNode.StartInProcess());
}
