using System.Runtime.CompilerServices;

namespace Chat.Tests.Fuzz;

/// <summary>Inputs that are kept: beginnings for the mutator, and every find, under a name that says what it was.</summary>
internal static class FuzzCorpus
{
    /// <param name="kind">The folder: <c>Frames</c>, <c>WebSocket</c>, <c>SockJs</c>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    public static byte[][] Read(string kind, [CallerFilePath] string file = "") =>
        [.. Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(file)!, "Corpus", kind)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
}
