namespace Stomp.Gateway.Transports;

/// <summary>How frames become octets for all clients of a kind. It keeps no state.</summary>
internal interface IFrameLayout
{
    void Add(in OutboundFrame frame, PooledBuffer octets);
}

/// <summary>A transport that sends the same octets as others with the same layout, so that what several clients get is laid out once for all of them.</summary>
internal interface ISharingTransport : ITransport
{
    IFrameLayout Layout { get; }

    /// <summary>
    /// Sends octets as <see cref="Layout"/> makes them, in place of <see cref="ITransport.Write"/> and <see cref="ITransport.FlushAsync"/>. What does not go at once
    /// is copied before it returns.
    /// </summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> octets, CancellationToken cancellationToken);
}
