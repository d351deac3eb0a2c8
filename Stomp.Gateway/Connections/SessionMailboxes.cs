using System.Collections.Immutable;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Destinations;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

/// <summary>The subscriptions through which a session is told something in person.</summary>
internal sealed class SessionMailboxes
{
    private ImmutableList<Slot> _slots = [];

    public ISubscription Open(Mailbox mailbox, ReadOnlyMemory<byte> head)
    {
        var slot = new Slot(this, mailbox, head);
        ImmutableInterlocked.Update(ref _slots, static (slots, s) => slots.Add(s), slot);
        return slot;
    }

    /// <summary>Tells the session something; false when it does not listen there.</summary>
    public bool Post(ISubscriber session, Mailbox mailbox, ReadOnlyMemory<byte> tail)
    {
        var heard = false;
        foreach (var slot in _slots)
        {
            if (slot.Mailbox != mailbox) continue;
            session.Offer(new OutboundFrame(slot.Head, tail));
            heard = true;
        }
        return heard;
    }

    private sealed class Slot(SessionMailboxes owner, Mailbox mailbox, ReadOnlyMemory<byte> head) : ISubscription
    {
        public Mailbox Mailbox => mailbox;

        public ReadOnlyMemory<byte> Head => head;

        public ValueTask DisposeAsync()
        {
            ImmutableInterlocked.Update(ref owner._slots, static (slots, s) => slots.Remove(s), this);
            return ValueTask.CompletedTask;
        }
    }
}
