using Microsoft.Playwright;

namespace Chat.Tests.Support.Servers;

/// <summary>
/// The Chromium that the machine has, without a window, driven by Playwright. One browser serves a test; each <see cref="NewTabAsync"/> has
/// its own storage, as another person's computer would.
/// </summary>
internal sealed class ChromiumBrowser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private ChromiumBrowser(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    public static async Task<ChromiumBrowser> StartAsync()
    {
        var path = Installed.PathOf(Server.Chromium, "chromium");
        // Of the whole process. Five seconds, which Playwright gives, are not enough where two processors run everything else beside.
        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Headless = true,
            // No sandbox: it cannot be set up in a container or as root, and only our own pages are opened. The rest keeps it off the network.
            Args =
            [
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        });
        return new ChromiumBrowser(playwright, browser);
    }

    public async Task<IPage> NewTabAsync()
    {
        var context = await _browser.NewContextAsync();
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
