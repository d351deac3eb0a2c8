using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Tests.Domain;

/// <summary>The members of every room, by their ids, and those of them who have blocked whoever asks.</summary>
internal sealed class ScriptedPeople(params string[] members) : IMemberDirectory, IBlockStore
{
    public HashSet<UserId> Blockers { get; } = [];

    public ValueTask<IReadOnlyList<NamedMember>> FindNamedAsync(RoomId room, IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<NamedMember>>([.. members.Intersect(names).Select(id => new NamedMember(UserId.Parse(id), Name: null))]);

    public ValueTask<IReadOnlyList<UserId>> FindBlockersAsync(UserId user, IReadOnlyCollection<UserId> among, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<UserId>>([.. among.Where(Blockers.Contains)]);

    public ValueTask<Refusal?> BlockAsync(UserId user, UserId blocked, int most, CancellationToken cancellationToken) => throw new NotSupportedException("Nobody blocks here.");

    public ValueTask UnblockAsync(UserId user, UserId blocked, CancellationToken cancellationToken) => throw new NotSupportedException("Nobody blocks here.");

    public ValueTask<IReadOnlyList<Block>> ListAsync(UserId user, UserId? after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Nobody lists blocks here.");
}
