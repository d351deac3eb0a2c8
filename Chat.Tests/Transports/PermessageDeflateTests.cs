using Microsoft.Extensions.Primitives;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Transports;

public sealed class PermessageDeflateTests
{
    private const string Agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    [Theory]
    [InlineData("permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits")]
    [InlineData("permessage-deflate; client_max_window_bits=8")]
    [InlineData("permessage-deflate;client_max_window_bits=15")]
    [InlineData("permessage-deflate; client_max_window_bits=\"10\"")]
    [InlineData("permessage-deflate; server_no_context_takeover")]
    [InlineData("permessage-deflate; client_no_context_takeover; server_no_context_takeover ; client_max_window_bits = 9")]
    [InlineData("x-webkit-deflate-frame, permessage-deflate")]
    [InlineData("permessage-deflate; server_max_window_bits=10, permessage-deflate")]
    [InlineData("permessage-deflate; unknown, permessage-bzip2; x=\"a, b; c\", permessage-deflate; client_max_window_bits")]
    public void The_first_offer_that_can_be_honoured_is_answered_without_context_takeover(string offers) =>
        PermessageDeflate.Answer(offers).Should().Be(Agreed);

    [Theory]
    [InlineData("permessage-deflate; server_max_window_bits=15")]
    [InlineData("permessage-deflate; server_max_window_bits=\"15\"; client_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=15, permessage-deflate")]
    public void Who_asks_for_the_largest_window_is_told_of_it(string offers) =>
        PermessageDeflate.Answer(offers).Should().Be(Agreed + "; server_max_window_bits=15");

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData(";")]
    [InlineData("deflate")]
    [InlineData("permessage-deflate2")]
    [InlineData("permessage-bzip2; permessage-deflate")]
    [InlineData("x; y=\"a, permessage-deflate, b\"")]
    [InlineData("x; y=\"a, permessage-deflate")]
    [InlineData("permessage-deflate; unknown")]
    [InlineData("permessage-deflate;")]
    [InlineData("permessage-deflate; server_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=14")]
    [InlineData("permessage-deflate; server_max_window_bits=8")]
    [InlineData("permessage-deflate; server_max_window_bits=16")]
    [InlineData("permessage-deflate; server_max_window_bits=015")]
    [InlineData("permessage-deflate; server_max_window_bits=\"15")]
    [InlineData("permessage-deflate; client_max_window_bits=7")]
    [InlineData("permessage-deflate; client_max_window_bits=16")]
    [InlineData("permessage-deflate; client_max_window_bits=08")]
    [InlineData("permessage-deflate; client_max_window_bits=")]
    [InlineData("permessage-deflate; client_max_window_bits=\"\"")]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits=15")]
    [InlineData("permessage-deflate; server_no_context_takeover; server_no_context_takeover")]
    [InlineData("permessage-deflate; server_no_context_takeover=1")]
    [InlineData("permessage-deflate; client_no_context_takeover=true")]
    public void Other_offers_are_passed_over(string offers) => PermessageDeflate.Answer(offers).Should().BeNull();

    [Fact]
    public void Offers_may_come_in_several_lines_or_not_at_all()
    {
        PermessageDeflate.Answer(new StringValues(["permessage-deflate; unknown", "permessage-deflate"])).Should().Be(Agreed);
        PermessageDeflate.Answer(StringValues.Empty).Should().BeNull();
    }
}
