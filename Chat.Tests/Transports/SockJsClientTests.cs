using Chat.Tests.Support.Servers;
using Chat.Tests.Transports.SockJsProtocol;
using Microsoft.Playwright;
using Stomp.Gateway.Options;

namespace Chat.Tests.Transports;

/// <summary>The real sockjs-client, on each of its transports by itself, where it runs: in Node, and in a browser.</summary>
public sealed class SockJsClientTests(SockJsServices services) : IClassFixture<SockJsServices>
{
    private static readonly string Library = Path.Combine(NodeScript.ModulesFolder, "sockjs-client", "dist", "sockjs.min.js");

    /// <summary>In the page, as half a surrogate pair does not survive the way here.</summary>
    private const string Echo = """
        ([url, transport]) => new Promise(resolve => {
          const messages = ['plain', '', '100% %41 %', '</script><!--', '"\\\' \b\f\n\r\t\0', '안녕 😀 \u2028\u2029\ufeff\uffff', '\ud800 and \udfff',
            'x'.repeat(5000), 'y'.repeat(5000), 'last'];
          const heard = [];
          let used = 'none';
          const socket = new SockJS(url, null, { transports: transport, timeout: 10000 });
          socket.onopen = () => {
            used = socket.transport;
            for (const message of messages) socket.send(message);
          };
          socket.onmessage = ({ data }) => {
            if (heard.push(data) === messages.length) socket.close();
          };
          socket.onclose = ({ code }) => resolve(`${used} ${code} ${heard.length} ${JSON.stringify(heard) === JSON.stringify(messages)}`);
        })
        """;

    [NeedsTheory(Server.Node)]
    [InlineData("websocket")]
    [InlineData("xhr-streaming")]
    [InlineData("eventsource")]
    [InlineData("xhr-polling")]
    public async Task In_Node_everything_comes_back(string transport)
    {
        await using var script = NodeScript.Start("echo.mjs", "--url", $"http://127.0.0.1:{services.Host.Port}/echo", "--transport", transport);

        var closed = await script.ReadAsync();

        closed.ToString().Should().Be($$"""{"event":"closed","transport":"{{transport}}","code":1000,"same":true,"heard":10}""");
    }

    [NeedsFact(Server.Chromium, Server.Node)]
    public async Task In_a_browser_everything_comes_back()
    {
        await using var browser = await ChromiumBrowser.StartAsync();
        var page = $"http://127.0.0.1:{services.Host.Port}/page";
        string[] transports = ["websocket", "xhr-streaming", "eventsource", "htmlfile", "xhr-polling", "jsonp-polling"];

        foreach (var transport in transports)
            (await EchoAsync(browser, page, transport)).Should().Be($"{transport} 1000 10 true");
    }

    [NeedsFact(Server.Chromium, Server.Node)]
    public async Task Between_origins_everything_comes_back_too_and_through_an_iframe()
    {
        await using var browser = await ChromiumBrowser.StartAsync();
        var page = $"http://localhost:{services.Host.Port}/page";
        string[] transports = ["xhr-streaming", "eventsource", "xhr-polling", "jsonp-polling", "iframe-eventsource", "iframe-htmlfile", "iframe-xhr-polling"];

        foreach (var transport in transports)
            (await EchoAsync(browser, page, transport)).Should().Be($"{transport} 1000 10 true");
    }

    /// <summary>The iframe page would lend a stranger's page our own origin.</summary>
    [NeedsFact(Server.Chromium)]
    public async Task The_iframe_page_is_not_shown_in_pages_of_origins_that_may_not_connect()
    {
        await using var browser = await ChromiumBrowser.StartAsync();
        var tab = await browser.NewTabAsync();
        await tab.GotoAsync($"http://localhost:{services.Host.Port}/page");
        var iframe = $"document.body.appendChild(document.createElement('iframe')).src = 'http://127.0.0.1:{services.Host.Port}/ws/iframe.html'";

        var complaint = await tab.RunAndWaitForConsoleMessageAsync(() => tab.EvaluateAsync(iframe), new PageRunAndWaitForConsoleMessageOptions
        {
            Predicate = message => message.Text.Contains("frame-ancestors"),
        });

        complaint.Text.Should().Contain("frame-ancestors 'self' https://chat.example.com");
    }

    private async Task<string> EchoAsync(ChromiumBrowser browser, string page, string transport)
    {
        var tab = await browser.NewTabAsync();
        // The library comes from the disk, also where the iframe page looks for it.
        await tab.RouteAsync($"**{new SockJsOptions().ClientUrl}", route => route.FulfillAsync(new RouteFulfillOptions { Path = Library }));
        await tab.GotoAsync(page);
        await tab.AddScriptTagAsync(new PageAddScriptTagOptions { Path = Library });
        var answer = await tab.EvaluateAsync<string>(Echo, new[] { $"http://127.0.0.1:{services.Host.Port}/echo", transport }).WaitAsync(Patience);
        await tab.CloseAsync();
        return answer;
    }
}
