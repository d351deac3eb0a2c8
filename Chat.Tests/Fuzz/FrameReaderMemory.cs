using System.Reflection;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Fuzz;

/// <summary>What a reader keeps from frame to frame.</summary>
internal static class FrameReaderMemory
{
    private static readonly FieldInfo Scratch = FieldOf<FrameReader>("_scratch");
    private static readonly FieldInfo Headers = FieldOf<FrameReader>("_headers");
    private static readonly FieldInfo Entries = FieldOf<HeaderTable>("_entries");

    /// <summary>Octets; 0 where it has none.</summary>
    public static int ScratchLength(FrameReader reader) => ((byte[]?)Scratch.GetValue(reader))?.Length ?? 0;

    /// <summary>Places; 0 where it has none.</summary>
    public static int TableLength(FrameReader reader) => Headers.GetValue(reader) is { } headers ? ((Array)Entries.GetValue(headers)!).Length : 0;

    private static FieldInfo FieldOf<T>(string name) =>
        typeof(T).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic) ?? throw new MissingFieldException(typeof(T).Name, name);
}
