using System.Reflection;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Fuzz;

/// <summary>What a reader keeps from frame to frame.</summary>
internal static class FrameReaderMemory
{
    private static readonly FieldInfo Scratch = FieldOf<FrameReader>("_scratch");
    private static readonly FieldInfo Headers = FieldOf<FrameReader>("_headers");
    private static readonly FieldInfo Entries = FieldOf<HeaderTable>("_entries");

    public static int ScratchLength(FrameReader reader) => ((byte[])Scratch.GetValue(reader)!).Length;

    public static int TableLength(FrameReader reader) => ((Array)Entries.GetValue(Headers.GetValue(reader))!).Length;

    private static FieldInfo FieldOf<T>(string name) =>
        typeof(T).GetField(name, BindingFlags.Instance | BindingFlags.NonPublic) ?? throw new MissingFieldException(typeof(T).Name, name);
}
