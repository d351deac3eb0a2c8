namespace Chat.Tests.Transcripts.Channels;

/// <summary>A client's end of some transport: octets out, octets in.</summary>
internal interface IClientChannel : IAsyncDisposable
{
    /// <summary>Sends octets; a transport of messages makes one of them.</summary>
    Task SendAsync(byte[] octets);

    /// <summary>What comes next; null at the end, after which <see cref="CloseCode"/> is known.</summary>
    Task<byte[]?> ReceiveAsync();

    /// <summary>How the server ended it; null where the transport has no way to say.</summary>
    int? CloseCode { get; }

    /// <summary>Drops it without a word.</summary>
    void Cut();
}
