using System.Runtime.CompilerServices;

namespace ChatStomp.Bench.Peers;

/// <summary>Where the build put the programs that are measured.</summary>
internal static class BuildOutput
{
    /// <summary>The program of a project of this repository, in the configuration that this program was built in.</summary>
    public static string Of(string project, [CallerFilePath] string thisFile = "")
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(root, project, "bin", own.Parent!.Name, own.Name, $"{project}.dll");
    }
}
