using Chat.Domain.Users;
using Chat.Infrastructure.Sql;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Storage;

/// <summary>Which profiles need not be written again.</summary>
public sealed class SavedProfilesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SavedProfiles _saved;

    public SavedProfilesTests() => _saved = new SavedProfiles(_time);

    [Fact]
    public void A_profile_that_was_kept_is_known_until_it_changes()
    {
        _saved.Add(Of("alice", "Alice"));

        _saved.Contains(Of("alice", "Alice")).Should().BeTrue();
        _saved.Contains(Of("alice", "Alice B.")).Should().BeFalse();
        _saved.Contains(Of("bob", "Alice")).Should().BeFalse();
    }

    [Fact]
    public void Another_node_may_have_kept_something_else_so_it_is_forgotten_in_time()
    {
        _saved.Add(Of("alice", "Alice"));

        _time.Advance(SavedProfiles.RememberedFor);

        _saved.Contains(Of("alice", "Alice")).Should().BeFalse();
    }

    [Fact]
    public void It_never_holds_more_than_its_bound()
    {
        for (var i = 0; i < SavedProfiles.Most; i++) _saved.Add(Of($"user-{i}", "name"));
        _saved.Count.Should().Be(SavedProfiles.Most);

        _saved.Add(Of("user-0", "another name"));
        _saved.Count.Should().Be(SavedProfiles.Most);
        _saved.Add(Of("one more", "name"));

        _saved.Count.Should().Be(1);
        _saved.Contains(Of("one more", "name")).Should().BeTrue();
    }

    private static UserProfile Of(string id, string name) => new(UserId.Parse(id), name, AvatarUrl: null);
}
