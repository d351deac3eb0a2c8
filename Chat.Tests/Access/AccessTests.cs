using System.Text;
using Chat.Tests.Journeys;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Chat.Tests.Access;

/// <summary>No id in a URL or a destination gives access that membership does not.</summary>
public sealed class AccessTests(AccessGateway gateway) : IClassFixture<AccessGateway>
{
    public static TheoryData<string> Routes => [.. AccessTable.Rows.Keys];

    [Fact]
    public void Every_route_and_destination_has_a_row() => gateway.Routes.Should().BeEquivalentTo(AccessTable.Rows.Keys);

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Those_outside_are_told_what_the_table_says_and_nothing_of_the_room(string route)
    {
        var row = AccessTable.Rows[route];
        foreach (var forFormer in new[] { "none", "untilLeft" })
        {
            var room = await AccessRoom.MakeAsync(gateway, forFormer);
            if (route == "GET /search") await BeFoundAsync(room);
            var (head, kept) = (await room.HeadAsync(), await room.KeptAsync());
            var former = forFormer == "untilLeft" ? row.UntilLeft ?? row.Outside : row.Outside;

            await TriesAsync("stranger", row.Outside, room.Id, room.Message, room.Secrets);
            IReadOnlyList<string> hidden = former == row.UntilLeft ? [room.Late] : room.Secrets;
            await TriesAsync("former", former, room.Id, room.Message, hidden);
            await TriesAsync("banned", row.Banned ?? former, room.Id, room.Message, hidden);
            await TriesAsync("elsewhere", row.Outside, room.Id, room.Message, room.Secrets);
            if (row.IsAboutMessage) await TriesAsync("elsewhere", "not_found", room.OtherRoom, room.Message, room.Secrets);
            (await room.HeadAsync()).Should().Be(head, "nothing has happened in the room");
            if (row.IsAboutMessage) await TriesAsync("plain", row.OfOthers, room.Id, room.Message, []);
            await TriesAsync("muted", row.Muted, room.Id, room.MutedMessage, []);
            (await room.KeptAsync()).Should().Be(kept, "it is nobody else's");

            async Task TriesAsync(string who, string code, string at, string message, IReadOnlyList<string> secrets)
            {
                var (told, text) = await gateway.TryAsync(row, room.Fill(row.Path, at, message), room.TokenOf(who));
                told.Should().Be(code, $"{route} by {who}, with {forFormer} for former members, was answered {text}");
                foreach (var secret in secrets) text.Should().NotContain(secret, $"{route} by {who}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Without_a_good_token_nobody_is_told_anything(string route)
    {
        var row = AccessTable.Rows[route];
        var room = await AccessRoom.MakeAsync(gateway, "untilLeft");
        foreach (var token in new[] { null, Expired(room.IdOf("owner")) })
        {
            var (told, text) = await gateway.TryAsync(row, room.Fill(row.Path, room.Id, room.Message), token);
            told.Should().Be(row.WithoutToken, text);
            foreach (var secret in room.Secrets) text.Should().NotContain(secret);
        }
    }

    /// <summary>The index is a moment behind: once the last message is found, the search hides nothing by being late.</summary>
    private Task BeFoundAsync(AccessRoom room) => EventuallyAsync(async () =>
        (await gateway.CallAsync(HttpMethod.Get, $"/search?roomId={room.Id}&senderId={room.IdOf("owner")}", room.TokenOf("owner"))).Text.Contains(room.Late, StringComparison.Ordinal));

    private static string Expired(string subject) => new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
    {
        Expires = DateTime.UtcNow.AddMinutes(-1),
        Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["sub"] = subject },
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(GatewayProcess.SharedKey)), SecurityAlgorithms.HmacSha256),
    });
}
