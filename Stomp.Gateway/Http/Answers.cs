using System.Text.Json.Serialization.Metadata;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Stomp.Gateway.Wire;

namespace Stomp.Gateway.Http;

/// <summary>What requests are answered with.</summary>
internal static class Answers
{
    public const string ApiRoot = "/api/v1";

    public static IResult Ok<T>(T value, JsonTypeInfo<T> type) => Results.Json(value, type);

    /// <param name="path">Where the new thing is, below <see cref="ApiRoot"/>.</param>
    /// <param name="value">The new thing.</param>
    /// <param name="type">How it is written.</param>
    public static IResult Created<T>(string path, T value, JsonTypeInfo<T> type) => new CreatedResult(ApiRoot + path, Results.Json(value, type, statusCode: StatusCodes.Status201Created));

    /// <summary>A removal that was carried out, or why it was not.</summary>
    public static IResult Gone(Refusal? refusal) => refusal is null ? Results.NoContent() : Refused(refusal);

    /// <summary>A message that was posted: 201 with it, or 200 when it had been posted before.</summary>
    public static IResult Posted(Outcome<PostedMessage> outcome)
    {
        if (!outcome.TryGet(out var posted, out var refusal)) return Refused(refusal);
        var message = MessageJson.Of(posted.Message);
        return posted.Repeated
            ? Ok(message, WireJson.Wire.MessageJson)
            : Created($"/rooms/{message.RoomId}/messages/{message.Id}", message, WireJson.Wire.MessageJson);
    }

    public static IResult Refused(Refusal refusal) => Problems.Of(refusal);

    private sealed class CreatedResult(string location, IResult body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.Location = location;
            return body.ExecuteAsync(httpContext);
        }
    }
}
