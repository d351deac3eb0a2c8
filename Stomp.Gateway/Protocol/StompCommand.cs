namespace Stomp.Gateway.Protocol;

/// <summary>The commands that a client can send (STOMP 1.2, Client Frames).</summary>
internal enum StompCommand
{
    Connect,
    Stomp,
    Send,
    Subscribe,
    Unsubscribe,
    Ack,
    Nack,
    Begin,
    Commit,
    Abort,
    Disconnect,
}

internal static class StompCommands
{
    /// <summary>Commands are case sensitive.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out StompCommand command)
    {
        StompCommand? found = text switch
        {
            _ when text.SequenceEqual("SEND"u8) => StompCommand.Send,
            _ when text.SequenceEqual("SUBSCRIBE"u8) => StompCommand.Subscribe,
            _ when text.SequenceEqual("UNSUBSCRIBE"u8) => StompCommand.Unsubscribe,
            _ when text.SequenceEqual("ACK"u8) => StompCommand.Ack,
            _ when text.SequenceEqual("NACK"u8) => StompCommand.Nack,
            _ when text.SequenceEqual("CONNECT"u8) => StompCommand.Connect,
            _ when text.SequenceEqual("STOMP"u8) => StompCommand.Stomp,
            _ when text.SequenceEqual("DISCONNECT"u8) => StompCommand.Disconnect,
            _ when text.SequenceEqual("BEGIN"u8) => StompCommand.Begin,
            _ when text.SequenceEqual("COMMIT"u8) => StompCommand.Commit,
            _ when text.SequenceEqual("ABORT"u8) => StompCommand.Abort,
            _ => null,
        };
        command = found.GetValueOrDefault();
        return found is not null;
    }

    /// <summary>Whether the body means something; of every other command it is read over (STOMP 1.2, Body).</summary>
    public static bool HasBody(this StompCommand command) => command is StompCommand.Send;

    /// <summary>CONNECT and STOMP are never escaped, in any version, so that a password with a backslash arrives as it was typed (STOMP 1.2, Value Encoding).</summary>
    public static bool IsEscaped(this StompCommand command) => command is not (StompCommand.Connect or StompCommand.Stomp);
}
