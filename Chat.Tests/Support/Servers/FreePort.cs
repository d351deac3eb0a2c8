using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Chat.Tests.Support.Servers;

/// <summary>
/// Ports on 127.0.0.1 for servers that must be told theirs. They lie below Linux's range for outgoing connections (from 32768), so that
/// nothing takes one between the choice and the start, nor while its server is down and about to be started again.
/// </summary>
internal static class FreePort
{
    private const int Lowest = 20000;
    private const int Highest = 32000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A port that nobody listens on, given once in the life of this process.</summary>
    public static int Next()
    {
        // The start is random because other test processes may be choosing on this machine too.
        var port = Random.Shared.Next(Lowest, Highest);
        for (var tries = Lowest; tries < Highest; tries++)
        {
            if (Given.TryAdd(port, true) && IsFree(port))
                return port;
            port = port + 1 < Highest ? port + 1 : Lowest;
        }

        throw new InvalidOperationException($"No free port from {Lowest} to {Highest} on 127.0.0.1.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
