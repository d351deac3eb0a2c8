using System.Runtime.CompilerServices;
using Chat.Tests.Support.Servers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Chat.Tests.Journeys;

/// <summary>The web page in two tabs of a real browser, as two people on two computers, with a gateway to which nothing was configured.</summary>
public sealed class PageJourney
{
    private static readonly LocatorAssertionsToHaveAttributeOptions WhileItRestarts = new() { Timeout = 30_000 };

    [NeedsFact(Server.Chromium)]
    public async Task Two_people_chat_and_go_on_after_the_gateway_was_killed()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var browser = await ChromiumBrowser.StartAsync();
        var alice = await SignInAsync(browser, gateway, "Alice");
        var bob = await SignInAsync(browser, gateway, "Bob");
        await SaveAsync(alice, "no-rooms");

        await alice.GetByTestId("new-room").ClickAsync();
        await alice.GetByTestId("new-room-name").FillAsync("차 한 잔 ☕");
        await alice.GetByTestId("new-room-public").ClickAsync();
        await SaveAsync(alice, "new-room");
        await alice.GetByTestId("new-room-submit").ClickAsync();
        await Expect(alice.GetByTestId("room-title")).ToHaveTextAsync("차 한 잔 ☕");

        await bob.GetByTestId("join-open").ClickAsync();
        await Expect(bob.GetByTestId("public-room-item")).ToHaveCountAsync(1);
        await SaveAsync(bob, "join");
        await bob.GetByTestId("public-room-join").ClickAsync();
        await Expect(bob.GetByTestId("room-title")).ToHaveTextAsync("차 한 잔 ☕");

        // Each sees the other's message without reloading.
        await SayAsync(alice, "Hello Bob!");
        await Expect(Texts(bob)).ToHaveTextAsync(["Hello Bob!"]);
        await SayAsync(bob, "안녕 Alice <b>&</b> 😀");
        await Expect(Texts(alice)).ToHaveTextAsync(["Hello Bob!", "안녕 Alice <b>&</b> 😀"]);
        // Seen is read.
        await Expect(alice.GetByTestId("unread-badge")).ToHaveCountAsync(0);
        await SaveAsync(alice, "room");

        await gateway.KillAsync();
        await Expect(alice.GetByTestId("connection-state")).ToHaveAttributeAsync("data-state", "reconnecting");
        // What is written meanwhile waits in the page.
        await alice.GetByTestId("composer").FillAsync("Are you still there?");
        await alice.GetByTestId("composer").PressAsync("Enter");
        await Expect(alice.Locator("[data-testid=message][data-pending=waiting]")).ToHaveCountAsync(1);
        await SaveAsync(alice, "reconnecting");
        await gateway.StartAgainAsync();

        // The open tabs resume by themselves.
        await Expect(bob.GetByTestId("connection-state")).ToHaveAttributeAsync("data-state", "online", WhileItRestarts);
        string[] all = ["Hello Bob!", "안녕 Alice <b>&</b> 😀", "Are you still there?", "Yes!"];
        await Expect(Texts(bob)).ToHaveTextAsync(all[..3], new() { Timeout = 30_000 });
        await SayAsync(bob, "Yes!");
        foreach (var tab in (IPage[])[alice, bob])
        {
            await Expect(Texts(tab)).ToHaveTextAsync(all);
            await Expect(tab.Locator("[data-testid=message][data-pending]")).ToHaveCountAsync(0);
            (await SequenceAsync(tab)).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems().And.HaveCount(all.Length);
            await tab.ReloadAsync();
            await Expect(Texts(tab)).ToHaveTextAsync(all);
        }
        await SaveAsync(bob, "resumed");
    }

    private static async Task<IPage> SignInAsync(ChromiumBrowser browser, GatewayProcess gateway, string name)
    {
        var tab = await browser.NewTabAsync();
        await tab.GotoAsync($"{gateway.Address}");
        await SaveAsync(tab, "sign-in");
        await tab.GetByTestId("signin-name").FillAsync(name);
        await tab.GetByTestId("signin-submit").ClickAsync();
        await Expect(tab.GetByTestId("me")).ToContainTextAsync(name);
        await Expect(tab.GetByTestId("connection-state")).ToHaveAttributeAsync("data-state", "online");
        return tab;
    }

    private static async Task SayAsync(IPage tab, string text)
    {
        await tab.GetByTestId("composer").FillAsync(text);
        await tab.GetByTestId("send").ClickAsync();
    }

    private static ILocator Texts(IPage tab) => tab.GetByTestId("message-text");

    private static async Task<IReadOnlyList<long>> SequenceAsync(IPage tab)
    {
        var messages = await tab.GetByTestId("message").AllAsync();
        return [.. await Task.WhenAll(messages.Select(async message => long.Parse((await message.GetAttributeAsync("data-seq"))!, System.Globalization.CultureInfo.InvariantCulture)))];
    }

    /// <summary>Keeps a picture of the page in TestResults/pages, to be looked at.</summary>
    private static async Task SaveAsync(IPage tab, string name, [CallerFilePath] string file = "") =>
        await tab.ScreenshotAsync(new() { Path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "TestResults", "pages", $"{name}.png")) });
}
