namespace Stomp.Gateway.Protocol;

/// <summary>How much of a frame is taken (STOMP 1.2, Size Limits).</summary>
internal readonly record struct FrameLimits
{
    /// <summary>64 headers of 8 KiB in all: several times what the known clients send, and RabbitMQ's order of magnitude.</summary>
    public FrameLimits()
    {
    }

    /// <summary>Most octets of a body; 0 for any number.</summary>
    public int MaxBodyBytes { get; init; } = 64 * 1024;

    public int MaxHeaders { get; init; } = 64;

    /// <summary>Most octets of the command and all headers together.</summary>
    public int MaxHeaderBytes { get; init; } = 8 * 1024;
}
