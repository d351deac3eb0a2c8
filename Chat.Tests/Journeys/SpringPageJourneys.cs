using System.Runtime.CompilerServices;
using Chat.Tests.Support.Servers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chat.Tests.Journeys;

/// <summary>
/// Pages that were written for a Spring backend, in a real browser, as two people on two computers. Nothing in them is for us: who they are is told by the
/// reverse proxy in front, as docs/spring.md has it.
/// </summary>
public sealed class SpringPageJourneys
{
    [NeedsFact(Server.Chromium, Server.Node)]
    public async Task A_page_of_topic_and_app_chats_in_the_room_of_all()
    {
        await using var gateway = await StartAsync("spring-topic-app");
        await using var browser = await ChromiumBrowser.StartAsync();
        await using var toAlice = await StartProxyAsync(gateway, "alice", "앨리스");
        await using var toBob = await StartProxyAsync(gateway, "bob", "Bob");
        var alice = await OpenAsync(browser, toAlice);
        var bob = await OpenAsync(browser, toBob);

        await EnterAsync(alice);
        await Expect(Notices(alice)).ToHaveTextAsync(["앨리스 joined!"]);
        await EnterAsync(bob);
        await Expect(Notices(bob)).ToHaveTextAsync(["Bob joined!"]);
        await Expect(Notices(alice)).ToHaveTextAsync(["앨리스 joined!", "Bob joined!"]);

        await SayAsync(alice, "Hello Bob!");
        await Expect(Said(bob)).ToHaveTextAsync(["앨리스Hello Bob!"]);
        await SayAsync(bob, "안녕 <b>&</b> \"you\" 😀");
        foreach (var tab in (IPage[])[alice, bob]) await Expect(Said(tab)).ToHaveTextAsync(["앨리스Hello Bob!", "Bob안녕 <b>&</b> \"you\" 😀"]);

        using (await gateway.CallAsync(HttpMethod.Post, "/rooms/public/leave", await gateway.TokenAsync("bob", "Bob"))) { }
        await Expect(Notices(alice)).ToHaveTextAsync(["앨리스 joined!", "Bob joined!", "Bob left!"]);
        await SaveAsync(alice, "spring-topic-app-alice");
        await SaveAsync(bob, "spring-topic-app-bob");

        static async Task<IPage> OpenAsync(ChromiumBrowser browser, PageProxy proxy)
        {
            var tab = await browser.NewTabAsync();
            await tab.GotoAsync($"{proxy.Address}browser/spring/topic-app.html");
            return tab;
        }

        static async Task EnterAsync(IPage tab)
        {
            await tab.Locator("#name").FillAsync("whoever I say I am");
            await tab.Locator("#enter button").ClickAsync();
        }
    }

    [NeedsFact(Server.Chromium, Server.Node)]
    public async Task A_page_of_sub_and_pub_chats_in_a_room_of_its_backends()
    {
        await using var gateway = await StartAsync("spring-sub-pub");
        await using var browser = await ChromiumBrowser.StartAsync();
        await using var toAlice = await StartProxyAsync(gateway, "alice", "앨리스");
        await using var toBob = await StartProxyAsync(gateway, "bob", "Bob");
        // What the backend does when somebody makes a room in the page.
        var made = await gateway.AskAsync(HttpMethod.Post, "/rooms", await gateway.TokenAsync("backend"), new { name = "차 한 잔", visibility = "public" });
        var page = $"browser/spring/sub-pub.html?sender=nobody&roomId={made.GetProperty("id").GetString()}";

        var alice = await browser.NewTabAsync();
        await alice.GotoAsync($"{toAlice.Address}{page}");
        await Expect(Notices(alice)).ToHaveTextAsync(["[notice]앨리스 has entered the room."]);
        var bob = await browser.NewTabAsync();
        await bob.GotoAsync($"{toBob.Address}{page}");
        await Expect(Notices(bob)).ToHaveTextAsync(["[notice]Bob has entered the room."]);
        await Expect(Notices(alice)).ToHaveTextAsync(["[notice]앨리스 has entered the room.", "[notice]Bob has entered the room."]);

        await SayAsync(alice, "Hello Bob!");
        await Expect(Said(bob)).ToHaveTextAsync(["앨리스Hello Bob!"]);
        await SayAsync(bob, "안녕 <b>&</b> \"you\" 😀");
        foreach (var tab in (IPage[])[alice, bob]) await Expect(Said(tab)).ToHaveTextAsync(["앨리스Hello Bob!", "Bob안녕 <b>&</b> \"you\" 😀"]);
        await SaveAsync(alice, "spring-sub-pub-alice");
        await SaveAsync(bob, "spring-sub-pub-bob");
    }

    private static Task<GatewayProcess> StartAsync(string profile) => GatewayProcess.StartAsync(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Stomp:Aliases:0:Profile"] = profile,
        ["Stomp:Paths:0"] = "/ws",
        ["Stomp:Paths:1"] = "/ws-stomp",
    });

    private static async Task<PageProxy> StartProxyAsync(GatewayProcess gateway, string subject, string name)
    {
        var script = NodeScript.Start("proxy.mjs", "--gateway", $"{gateway.Address}", "--token", await gateway.TokenAsync(subject, name));
        return new PageProxy(script, new Uri($"http://127.0.0.1:{(await script.ReadAsync()).GetProperty("port").GetInt32()}"));
    }

    private static async Task SayAsync(IPage tab, string text)
    {
        await tab.Locator("#text").FillAsync(text);
        await tab.Locator("#write button").ClickAsync();
    }

    private static ILocator Said(IPage tab) => tab.Locator("li.said");

    private static ILocator Notices(IPage tab) => tab.Locator("li.notice");

    /// <summary>Keeps a picture of the page in TestResults/pages, to be looked at.</summary>
    private static async Task SaveAsync(IPage tab, string name, [CallerFilePath] string file = "") =>
        await tab.ScreenshotAsync(new() { Path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "TestResults", "pages", $"{name}.png")) });

    /// <summary>Where one user's browser goes.</summary>
    private sealed record PageProxy(NodeScript Script, Uri Address) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Script.DisposeAsync();
    }
}
