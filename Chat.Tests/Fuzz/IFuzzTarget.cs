namespace Chat.Tests.Fuzz;

/// <summary>Something that reads octets of strangers, with what has to hold whatever they are. Used by one thread at a time.</summary>
internal interface IFuzzTarget
{
    /// <summary>Octets to begin with: whole conversations, good or nearly so, and the finds of before.</summary>
    byte[][] Corpus { get; }

    /// <summary>Good octets of a new kind.</summary>
    byte[] Generate(Dice dice);

    /// <summary>Reads the octets and throws when something does not hold that should.</summary>
    /// <param name="octets">What comes in.</param>
    /// <param name="dice">Settings and cuts.</param>
    /// <returns>In a word or two how it ended, to be counted.</returns>
    string Check(byte[] octets, Dice dice);
}
