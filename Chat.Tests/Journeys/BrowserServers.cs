using Chat.Tests.Support.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Chat.Tests.Journeys;

/// <summary>A gateway, a browser, and a web server of another origin that has the pages of Chat.Tests/Clients/browser, for all tests of a class.</summary>
public sealed class BrowserServers : IAsyncLifetime
{
    private static readonly string[] Scripts = ["/node_modules/sockjs-client/dist/sockjs.js", "/node_modules/@stomp/stompjs/bundles/stomp.umd.js", "/browser/chat.js"];

    private readonly int _pagePort = FreePort.Next();
    private WebApplication? _pages;
    private ChromiumBrowser? _browser;
    private GatewayProcess? _gateway;

    internal GatewayProcess Gateway => _gateway!;

    private string PageOrigin => $"http://127.0.0.1:{_pagePort}";

    public async Task InitializeAsync()
    {
        if (Needs.ReasonToSkip([Server.Chromium, Server.Node]) is not null) return;
        _pages = await StartPagesAsync();
        _browser = await ChromiumBrowser.StartAsync();
        _gateway = await GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Auth:SymmetricKey"] = GatewayProcess.SharedKey,
            ["Gateway:AllowedOrigins:0"] = PageOrigin,
            ["Limits:ConnectsPerMinute"] = "0",
            ["Limits:MessagesPerWindow"] = "0",
            ["Limits:RoomMessagesPerWindow"] = "0",
        });
    }

    public async Task DisposeAsync()
    {
        if (_gateway is not null) await _gateway.DisposeAsync();
        if (_browser is not null) await _browser.DisposeAsync();
        if (_pages is not null) await _pages.DisposeAsync();
    }

    /// <summary>A tab with the page as another origin has it.</summary>
    internal async Task<IPage> OpenForeignPageAsync()
    {
        var tab = await _browser!.NewTabAsync();
        await tab.GotoAsync(PageOrigin + "/browser/page.html");
        return tab;
    }

    /// <summary>A tab with a page of the gateway, to which the scripts of the other are added.</summary>
    internal async Task<IPage> OpenOwnPageAsync()
    {
        var tab = await _browser!.NewTabAsync();
        await tab.GotoAsync($"{Gateway.Address}health/live");
        foreach (var script in Scripts)
            await tab.AddScriptTagAsync(new PageAddScriptTagOptions { Url = PageOrigin + script });
        return tab;
    }

    private async Task<WebApplication> StartPagesAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(PageOrigin);
        var app = builder.Build();
        app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(NodeScript.ClientsFolder) });
        await app.StartAsync();
        return app;
    }
}
