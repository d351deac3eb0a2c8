namespace Stomp.Gateway.Commands;

/// <summary>What the program ends with; the numbers of sysexits.h where it has one.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>Something that is configured does not answer.</summary>
    public const int Unavailable = 69;

    /// <summary>A setting is wrong, or the database is not one that this program can use.</summary>
    public const int Misconfigured = 78;
}
