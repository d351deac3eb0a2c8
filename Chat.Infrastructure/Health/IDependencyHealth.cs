namespace Chat.Infrastructure.Health;

/// <summary>Tells whether something outside this process, which the gateway cannot do its work without, is there.</summary>
public interface IDependencyHealth
{
    /// <summary>What it is, in lower case: <c>rabbitmq</c>.</summary>
    string Name { get; }

    /// <summary>Null when all is well, else a sentence for an operator that says what is wrong; it holds no secret.</summary>
    ValueTask<string?> CheckAsync(CancellationToken cancellationToken);
}
