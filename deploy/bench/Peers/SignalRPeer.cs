using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatStomp.Bench.Peers;

/// <summary>The least that ASP.NET Core SignalR needs for rooms: a hub with groups. Nobody is asked who he is, and nothing is stored.</summary>
internal static class SignalRPeer
{
    public const string Name = "signalr";

    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSignalR(options =>
        {
            // The load client says nothing when it has nothing to say.
            options.ClientTimeoutInterval = TimeSpan.FromHours(1);
            // As idle as the others, whose heart-beats are off.
            options.KeepAliveInterval = TimeSpan.FromMinutes(30);
        });
        await using var app = builder.Build();
        app.MapHub<RoomHub>("/hub");
        await app.StartAsync();
        Console.WriteLine("listening");
        await app.WaitForShutdownAsync();
    }

    private sealed class RoomHub : Hub
    {
        public Task Join(string room) => Groups.AddToGroupAsync(Context.ConnectionId, room);

        public Task Send(string room, string text) => Clients.Group(room).SendAsync("message", text);
    }
}
