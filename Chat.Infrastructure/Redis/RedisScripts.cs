using System.Reflection;

namespace Chat.Infrastructure.Redis;

/// <summary>The scripts that lie beside this file. Each runs as one step of Redis, so nobody sees it half done.</summary>
internal static class RedisScripts
{
    /// <summary>What scripts of sessions have in common stands in front of each.</summary>
    private static readonly string Settle = Read("settle.lua");

    public static string SaveSessions { get; } = Settle + Read("sessions_save.lua");

    public static string BuryNode { get; } = Settle + Read("node_bury.lua");

    public static string RenewNode { get; } = Read("node_renew.lua");

    public static string ListSessions { get; } = Read("sessions_list.lua");

    public static string FindRecent { get; } = Read("recent_find.lua");

    public static string KeepRecent { get; } = Read("recent_keep.lua");

    public static string ApplyRecent { get; } = Read("recent_apply.lua");

    public static string FillRooms { get; } = Read("rooms_fill.lua");

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Redis.{name}") ?? throw new InvalidOperationException($"{name} is not in the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
