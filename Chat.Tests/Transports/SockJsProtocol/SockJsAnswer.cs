using System.Globalization;

namespace Chat.Tests.Transports.SockJsProtocol;

/// <summary>One whole answer, and what the SockJS protocol's tests ask of many of them.</summary>
internal sealed record SockJsAnswer(int Status, Dictionary<string, string> Headers, string Body)
{
    /// <summary>A header's value as it came; null when it did not.</summary>
    public string? this[string header] => Headers.GetValueOrDefault(header);

    public static async Task<SockJsAnswer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new SockJsAnswer((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync());
    }

    public void ShouldBe(int status, string body) => (Status, Body).Should().Be((status, body));

    public void ShouldNotBeCached()
    {
        this["Cache-Control"].Should().Be("no-store, no-cache, no-transform, must-revalidate, max-age=0");
        this["Expires"].Should().BeNull();
        this["Last-Modified"].Should().BeNull();
    }

    public void ShouldBeCachedForAYear()
    {
        this["Cache-Control"].Should().Be("public, max-age=31536000");
        DateTimeOffset.Parse(this["Expires"]!, CultureInfo.InvariantCulture).Should().BeAfter(DateTimeOffset.UtcNow.AddDays(364));
        this["Last-Modified"].Should().BeNull();
    }

    public void ShouldAllow(string origin)
    {
        this["Access-Control-Allow-Origin"].Should().Be(origin);
        this["Access-Control-Allow-Credentials"].Should().Be("true");
    }

    public void ShouldRefuseTheMethodFor(string allowed)
    {
        ShouldBe(405, "");
        this["Allow"].Should().Be(allowed);
        this["Content-Type"].Should().BeNull();
    }
}
