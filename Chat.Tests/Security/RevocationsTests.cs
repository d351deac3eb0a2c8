using Chat.Domain;
using Chat.Domain.Sessions;
using Chat.Domain.Users;

namespace Chat.Tests.Security;

public sealed class RevocationsTests
{
    private static readonly UserId Alice = UserId.Parse("alice");
    private static readonly DateTimeOffset Then = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    private readonly ScriptedStore _shared = new();
    private readonly ScriptedStore _database = new();
    private readonly Revocations _revocations;

    public RevocationsTests() => _revocations = new Revocations([_shared, _database], TimeProvider.System);

    [Fact]
    public async Task A_token_is_revoked_by_its_id_or_by_when_it_was_issued()
    {
        _shared.Items.Add(new Revocation(RevocationKind.Token, "t1", IssuedBefore: null, Then));
        _database.Items.Add(new Revocation(RevocationKind.User, "alice", Then, Then));
        (await _revocations.RefreshAsync(CancellationToken.None)).IsNew.Should().BeTrue();

        _revocations.IsRevoked(UserId.Parse("bob"), "t1", Then).Should().BeTrue();
        _revocations.IsRevoked(UserId.Parse("bob"), "t2", Then).Should().BeFalse();
        _revocations.IsRevoked(Alice, "t2", Then.AddSeconds(-1)).Should().BeTrue();
        _revocations.IsRevoked(Alice, "t2", Then).Should().BeFalse();
        _revocations.IsRevoked(Alice, "t2", issuedAt: null).Should().BeTrue();
        (await _revocations.RefreshAsync(CancellationToken.None)).IsNew.Should().BeFalse();
    }

    [Fact]
    public async Task A_store_that_is_away_goes_on_to_count_and_the_next_one_takes_what_is_new()
    {
        _shared.Items.Add(new Revocation(RevocationKind.Token, "t1", IssuedBefore: null, Then));
        await _revocations.RefreshAsync(CancellationToken.None);
        _shared.IsAway = true;

        await _revocations.AddAsync(RevocationKind.Session, "s1", issuedBefore: null, TimeSpan.FromHours(1), CancellationToken.None);
        var (isNew, failure) = await _revocations.RefreshAsync(CancellationToken.None);

        (isNew, failure is not null).Should().Be((true, true));
        _revocations.IsEnded("s1").Should().BeTrue();
        _revocations.IsRevoked(Alice, "t1", Then).Should().BeTrue();
        _database.Items.Should().ContainSingle();
    }

    [Fact]
    public async Task When_no_store_takes_it_whoever_asked_is_told()
    {
        (_shared.IsAway, _database.IsAway) = (true, true);

        await _revocations.Awaiting(all => all.AddAsync(RevocationKind.Token, "t1", issuedBefore: null, TimeSpan.FromHours(1), CancellationToken.None).AsTask())
            .Should().ThrowAsync<StoreUnavailableException>();
    }

    private sealed class ScriptedStore : IRevocationStore
    {
        public List<Revocation> Items { get; } = [];

        public bool IsAway { get; set; }

        public ValueTask AddAsync(Revocation revocation, CancellationToken cancellationToken)
        {
            if (IsAway) throw new StoreUnavailableException("The test took it away.");
            Items.Add(revocation);
            return ValueTask.CompletedTask;
        }

        public ValueTask<RevocationList?> ReadAsync(string? seenVersion, CancellationToken cancellationToken)
        {
            if (IsAway) throw new StoreUnavailableException("The test took it away.");
            return ValueTask.FromResult($"{Items.Count}" == seenVersion ? null : new RevocationList($"{Items.Count}", [.. Items]));
        }
    }
}
