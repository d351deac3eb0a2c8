namespace Chat.Tests.Support.Servers;

/// <summary>What a test may need from the machine beside .NET; <see cref="Installed"/> knows where each is and how to get it.</summary>
public enum Server
{
    MariaDb,
    Postgres,
    Redis,
    RabbitMq,
    Chromium,
    Node,
    StompPy,
    NetStomp,
}
