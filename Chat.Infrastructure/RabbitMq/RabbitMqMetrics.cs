using System.Diagnostics.Metrics;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>What can go wrong with the broker without anybody noticing otherwise, counted.</summary>
internal sealed class RabbitMqMetrics
{
    private readonly Counter<long> _droppedSignals;
    private readonly Counter<long> _malformedDeliveries;
    private readonly Counter<long> _interruptions;

    public RabbitMqMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("ChatStomp.RabbitMq");
        _droppedSignals = meter.CreateCounter<long>("chatstomp.bus.signals.dropped", "{signal}", "Signals dropped because the bus could not take them.");
        _malformedDeliveries = meter.CreateCounter<long>("chatstomp.bus.deliveries.malformed", "{delivery}", "Deliveries on the node's queue that are no event and no signal.");
        _interruptions = meter.CreateCounter<long>("chatstomp.bus.interruptions", "{interruption}", "Times after which events may have been missed.");
    }

    public void SignalDropped() => _droppedSignals.Add(1);

    public void DeliveryMalformed() => _malformedDeliveries.Add(1);

    public void Interrupted() => _interruptions.Add(1);
}
