using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Stomp.Gateway.Http;

namespace Chat.Tests.Http;

public sealed class FailuresTests
{
    [Fact]
    public async Task A_client_that_is_gone_before_it_is_told_of_its_bad_request_is_no_error()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var context = new DefaultHttpContext { RequestAborted = gone.Token, Response = { Body = new MemoryStream() } };

        var isHandled = await new Failures(NullLogger<Failures>.Instance).TryHandleAsync(context, new BadHttpRequestException("Unexpected end of request content."), CancellationToken.None);

        isHandled.Should().BeTrue();
        context.Response.StatusCode.Should().Be(StatusCodes.Status400BadRequest);
    }
}
