using Chat.Domain.Brokering;

namespace Chat.Infrastructure.InProcess;

/// <summary>The exchanges that every broker has; others can be made with RabbitMQ only.</summary>
internal enum Exchange
{
    Default,
    Direct,
    Fanout,
    Topic,
}

/// <summary>Which queues get what is sent to an exchange. Guarded by the lock of the broker that owns it.</summary>
internal sealed class InProcessExchanges
{
    private readonly List<Binding> _bindings = [];

    public static Exchange? Find(string name) => name switch
    {
        "" => Exchange.Default,
        "amq.topic" => Exchange.Topic,
        "amq.direct" => Exchange.Direct,
        "amq.fanout" => Exchange.Fanout,
        _ => null,
    };

    /// <exception cref="BrokerException">There is none of this name.</exception>
    public static Exchange Of(string name) => Find(name) ?? throw new BrokerException(BrokerFailure.NotFound, $"NOT_FOUND - no exchange '{name}'");

    public static string NameOf(Exchange exchange) => exchange switch
    {
        Exchange.Topic => "amq.topic",
        Exchange.Direct => "amq.direct",
        Exchange.Fanout => "amq.fanout",
        _ => "",
    };

    /// <summary>Binds a queue. Idempotent.</summary>
    public void Bind(Exchange exchange, string key, InProcessQueue queue)
    {
        if (!_bindings.Exists(b => b.Queue == queue && b.Exchange == exchange && b.Key == key)) _bindings.Add(new Binding(exchange, key, queue));
    }

    /// <summary>Removes all bindings of a queue.</summary>
    public void Unbind(InProcessQueue queue) => _bindings.RemoveAll(b => b.Queue == queue);

    /// <summary>Each queue that gets a message of this key, once. The default exchange has no bindings: it goes by the queues' names.</summary>
    public IReadOnlyList<InProcessQueue> QueuesOf(Exchange exchange, string key) =>
        [.. _bindings.Where(b => b.Exchange == exchange && b.Matches(key)).Select(b => b.Queue).Distinct()];

    private sealed record Binding(Exchange Exchange, string Key, InProcessQueue Queue)
    {
        private readonly TopicPattern _pattern = new(Key);

        public bool Matches(string key) => Exchange switch
        {
            Exchange.Fanout => true,
            Exchange.Topic => _pattern.Matches(key),
            _ => key == Key,
        };
    }
}
