using Chat.Domain.Users;

namespace Chat.Infrastructure.Sql;

/// <summary>The profiles that were kept lately, as they were kept. Another node may have kept something else since; so nothing is remembered for long.</summary>
internal sealed class SavedProfiles(TimeProvider time)
{
    /// <summary>Each takes about a hundred octets. When there are as many, it begins anew: each user then costs one write more.</summary>
    public const int Most = 50_000;

    public static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<UserId, (UserProfile Profile, long At)> _saved = [];

    public int Count
    {
        get { lock (_lock) return _saved.Count; }
    }

    /// <summary>Whether this very profile was kept lately.</summary>
    public bool Contains(UserProfile profile)
    {
        lock (_lock) return _saved.TryGetValue(profile.Id, out var saved) && saved.Profile == profile && time.GetElapsedTime(saved.At) < RememberedFor;
    }

    public void Add(UserProfile profile)
    {
        lock (_lock)
        {
            if (_saved.Count == Most && !_saved.ContainsKey(profile.Id)) _saved.Clear();
            _saved[profile.Id] = (profile, time.GetTimestamp());
        }
    }
}
