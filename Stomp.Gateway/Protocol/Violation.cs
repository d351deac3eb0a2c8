namespace Stomp.Gateway.Protocol;

/// <summary>A rule of the protocol that a client broke: the content of the ERROR frame after which the connection is closed.</summary>
/// <param name="Message">The header <c>message</c>: short and always the same for the same rule.</param>
/// <param name="Detail">The body: what was wrong this time, in plain text. Never contains a secret.</param>
/// <param name="Code">The header <c>code</c>, where docs/protocol.md has one.</param>
internal sealed record Violation(string Message, string Detail, string? Code = null)
{
    public static readonly Violation BadCommand = new("Bad command", "The frame's first line is none of the commands that a client can send.");
    public static readonly Violation HeaderWithoutColon = new("Bad header", "A header line has no colon.");
    public static readonly Violation HeaderWithoutName = new("Bad header", "A header line has no name in front of its colon.");
    public static readonly Violation UndefinedEscape = new("Bad header", @"A header has a backslash that is not part of \n, \r, \c or \\.");
    public static readonly Violation InvalidUtf8 = new("Bad header", "Command and headers must be UTF-8.");
    public static readonly Violation StrayCarriageReturn = new("Bad frame", "A carriage return in the head of a frame is not followed by a line feed.");
    public static readonly Violation NulInHead = new("Bad frame", "A NUL comes before the empty line that ends the headers.");
    public static readonly Violation BadContentLength = new("Bad content-length", "content-length must not be negative.");
    public static readonly Violation MissingNul = new("Bad content-length", "The octet behind the body of content-length octets is not NUL.");
    public static readonly Violation NoCommonVersion = new("Version mismatch", $"Supported versions are {StompVersions.Supported}");
    public static readonly Violation BadHeartbeat = new("Bad heart-beat", "heart-beat must be two whole numbers of milliseconds, with a comma between.");
    public static readonly Violation NotConnected = new("Not connected", "The first frame must be CONNECT or STOMP.");
    public static readonly Violation AlreadyConnected = new("Already connected", "A session has one CONNECT.");
    public static readonly Violation DuplicateSubscription = new("Duplicated subscription identifier", "A subscription of this session has that id already.");
    public static readonly Violation UnknownSubscription = new("No subscription found", "No subscription of this session has that id.");
    public static readonly Violation MessageNotFound = new("Message not found", "No message with that id waits for being acknowledged.");
    public static readonly Violation NackIn10 = new("Bad command", "NACK is not in STOMP 1.0.");
    public static readonly Violation BadTransaction = new("Bad transaction", "No transaction of this session has that name.");
    public static readonly Violation TransactionOpen = new("Bad transaction", "A transaction of this session has that name already.");
    public static readonly Violation BadAckMode = new("Bad ack mode", "ack must be auto, client or client-individual.");

    public static Violation TooManyHeaders(int limit) => new("Too many headers", $"A frame has at most {limit} headers.", TooLarge);

    public static Violation HeadersTooLarge(int limit) => new("Headers too large", $"Command and headers have at most {limit} octets together.", TooLarge);

    public static Violation FrameTooLarge(long limit) => new("too_large", $"A frame's body has at most {limit} octets here.", TooLarge);

    public static Violation MissingHeader(string name) => new("Missing header", $"The frame needs the header {name}.");

    public static Violation TransactionTooLarge(int actions, long octets) =>
        new("Transaction too large", $"A session's open transactions have at most {actions} frames of {octets} octets together.", TooLarge);

    public static Violation TooManyTransactions(int limit) => new("Too many transactions", $"A session has at most {limit} open transactions.", TooLarge);

    private const string TooLarge = "too_large";
}

/// <summary>Thrown by the <see cref="FrameReader"/> when the client broke the grammar. Nothing more can be read after it.</summary>
/// <param name="violation">Which rule.</param>
/// <param name="receipt">The receipt that the frame asked for, as far as it was read.</param>
internal sealed class StompViolationException(Violation violation, string? receipt = null) : Exception(violation.Message)
{
    public Violation Violation { get; } = violation;

    public string? Receipt { get; } = receipt;
}
