namespace ChatStomp.Bench.Peers;

/// <summary>The columns of the tables.</summary>
internal static class SubjectNames
{
    public const string ChatStomp = "ChatStomp";
    public const string SockJs = "ChatStomp, SockJS";
    public const string Tls = "ChatStomp, TLS";
    public const string MariaDb = "ChatStomp, MariaDB";
    public const string Postgres = "ChatStomp, PostgreSQL";
    public const string TwoNodes = "ChatStomp, 2 nodes";
    public const string SignalR = "SignalR";
    public const string Kestrel = "bare Kestrel";
    public const string RabbitMq = "RabbitMQ";
}
