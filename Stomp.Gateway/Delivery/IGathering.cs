namespace Stomp.Gateway.Delivery;

/// <summary>Lets gather what a burst of events brings to clients, so that each is written to once, and by no more threads than it takes.</summary>
internal interface IGathering
{
    /// <summary>Has the burst delivered on this thread; when it was, this thread takes part in the writing. A burst within a burst is part of it.</summary>
    void Gather(Action deliver);
}
