namespace Chat.Domain.Events;

/// <summary>Which of several gateways this process is; unique among those that share a database.</summary>
public sealed record NodeId(string Value)
{
    public override string ToString() => Value;
}
