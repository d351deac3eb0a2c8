using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
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

    [NeedsFact(Server.Chromium)]
    public async Task A_room_shows_each_kind_of_message_and_what_became_of_it()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        await using var browser = await ChromiumBrowser.StartAsync();
        var (alice, bob) = (await gateway.TokenAsync("alice", "Alice"), await gateway.TokenAsync("bob", "밥 Bob"));
        var room = (await gateway.AskAsync(HttpMethod.Post, "/rooms", alice, new { name = "점심 모임 🍱 ランチ会", memberIds = new[] { "bob" } })).GetProperty("id").GetString()!;
        Task<string> PostAsync(string token, object message) => PostMessageAsync(gateway, room, token, message);
        var tab = await SignInAsync(browser, gateway, "Alice");
        await tab.GetByTestId("room-item").ClickAsync();

        // The tab is open while all this happens.
        var root = await PostAsync(bob, new { text = "점심 뭐 먹을까요? 🍜🍣" });
        var edited = await PostAsync(bob, new { text = "12時に集合" });
        var deleted = await PostAsync(bob, new { text = "지울 말" });
        await PostAsync(alice, new { text = "すぐに消えます 🔥", type = "TEMP", ttlSeconds = 1 });
        await PostAsync(alice, new { text = "좋아요 👍🏽👩‍💻 ありがとうございます、@bob", quoteId = root });
        await PostAsync(bob, new { text = "김밥은 어때요? @all", type = "THREAD", threadRootId = root });
        await PostAsync(bob, new { text = "https://example.com/" + new string('a', 90) + "\n둘째 줄\n  三行目" });
        await gateway.AskAsync(HttpMethod.Post, "/system-messages", await gateway.TokenAsync("shop", null, "service"), new { idempotencyKey = "order-1", roomId = room, text = "주문 번호 1234가 접수되었습니다 📦" });
        await gateway.AskAsync(HttpMethod.Patch, $"/rooms/{room}/messages/{edited}", bob, new { text = "12時半に集合 🕧 駅前で" });
        (await gateway.CallAsync(HttpMethod.Delete, $"/rooms/{room}/messages/{deleted}", bob)).Dispose();
        await gateway.AskAsync(HttpMethod.Put, $"/rooms/{room}/messages/{root}/reactions/{Uri.EscapeDataString("👍")}", alice);
        await gateway.AskAsync(HttpMethod.Put, $"/rooms/{room}/pins/{root}", alice);

        string[] lines =
        [
            "점심 뭐 먹을까요? 🍜🍣", "12時半に集合 🕧 駅前で", "Message deleted", "Message expired", "좋아요 👍🏽👩‍💻 ありがとうございます、@bob", "김밥은 어때요? @all",
            "https://example.com/" + new string('a', 90) + "\n둘째 줄\n  三行目", "주문 번호 1234가 접수되었습니다 📦",
        ];
        for (var visit = 0; visit < 2; visit++)
        {
            // Live, and then as somebody sees it who comes later.
            if (visit == 1) await tab.ReloadAsync();
            await Expect(tab.Locator(".message-bubble")).ToHaveTextAsync(lines);
            await Expect(tab.Locator(".message-note").GetByText("edited")).ToHaveCountAsync(1);
            await Expect(tab.Locator("[data-notice=true]")).ToHaveTextAsync(new Regex($"^{lines[^1]}", RegexOptions.None, TimeSpan.FromSeconds(1)));
            await Expect(tab.Locator(".room-item-last")).ToHaveTextAsync(lines[^1]);
            await SaveAsync(tab, visit == 0 ? "kinds-live" : "kinds");
        }
        await tab.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await SaveAsync(tab, "kinds-dark");
        await tab.SetViewportSizeAsync(390, 844);
        await SaveAsync(tab, "kinds-phone");
    }

    private static async Task<string> PostMessageAsync(GatewayProcess gateway, string room, string token, object message) =>
        (await gateway.AskAsync(HttpMethod.Post, $"/rooms/{room}/messages", token, message)).GetProperty("id").GetString()!;

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
