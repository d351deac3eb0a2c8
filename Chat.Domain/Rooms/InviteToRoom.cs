using System.Buffers.Text;
using System.Security.Cryptography;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Domain.Rooms;

/// <summary>Makes an invite code. Owners and moderators may.</summary>
public sealed class InviteToRoom(IEntryStore entries, TimeProvider time)
{
    /// <summary>128 random bits cannot be guessed over the network (OWASP ASVS asks for 64 at least).</summary>
    private const int CodeBytes = 16;

    private static readonly Refusal TooMany = new(RefusalCode.Conflict, $"The room has its {Invite.MostInRoom} invites already.");

    /// <param name="caller">Who invites.</param>
    /// <param name="room">Where to.</param>
    /// <param name="life">How long the code works; null for ever.</param>
    /// <param name="maxUses">How often it works; null for any number.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<Outcome<Invite>> ExecuteAsync(
        Caller caller, RoomId room, TimeSpan? life, int? maxUses, CancellationToken cancellationToken)
    {
        if (life is { } l && (l <= TimeSpan.Zero || l > Invite.LongestLife))
            return Refusal.Invalid($"expiresInSeconds must be between 1 and {Invite.LongestLife.TotalSeconds}.");
        if (maxUses is < 1 or > Invite.MaxUses) return Refusal.Invalid($"maxUses must be between 1 and {Invite.MaxUses}.");

        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(CodeBytes));
        var invite = new Invite(code, room, caller.Id, time.GetUtcNow() + life, maxUses);
        return await entries.AddInviteAsync(invite, Admit, cancellationToken) is { } refusal ? refusal : invite;
    }

    private static Refusal? Admit(RoomFacts facts, int present) =>
        RoomRights.Check(RoomAct.Invite, facts.Room, facts.Actor) ?? (present < Invite.MostInRoom ? null : TooMany);
}
