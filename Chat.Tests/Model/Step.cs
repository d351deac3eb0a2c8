namespace Chat.Tests.Model;

/// <summary>Something that somebody does in a room, or tries to: what the model says of it, and how it is asked for.</summary>
/// <param name="Who">Who does it.</param>
internal abstract record Step(string Who)
{
    /// <summary>Which of the history's rooms.</summary>
    public int Room { get; init; }

    /// <summary>By which gateway, and whether over STOMP where that is possible.</summary>
    public (int Gateway, bool ByStomp) Way { get; init; }

    /// <summary>A number by chance, from which follows what the step is about once that is known of which there is.</summary>
    public int Pick { get; init; }

    /// <summary>Which of the history's bursts it belongs to.</summary>
    internal int Burst { get; init; }

    /// <summary>Whether it looks something up before it takes its place among the others, so that no order of them would tell what came of it.</summary>
    internal virtual bool IsAlone => false;

    /// <summary>The message, by its key, whose id has to be known for it; null for none.</summary>
    internal virtual string? About => null;

    /// <summary>The code with which it is refused, or <c>none</c>; and the room after it.</summary>
    public abstract (string Told, RoomModel Room) Apply(RoomModel room);

    public abstract Request AsRequest(Names names);

    /// <summary>The destination below the room's, and the body; null where there is none.</summary>
    public virtual (string Destination, object? Body)? AsSend(Names names) => null;

    /// <summary>The step about what is in the room now, mostly by somebody who may do it where that is not who was made up for it: else half of all would be refused.</summary>
    /// <param name="room">As it is.</param>
    /// <param name="number">One that no other step of the history has.</param>
    public Step Place(RoomModel room, int number)
    {
        var chance = Roll();
        var step = Resolve(room, number);
        if (chance.Next(4) == 0 || step.IsTaken(room)) return step;
        var others = History.Actors.Select(name => (this with { Who = name }).Resolve(room, number)).Where(other => other.IsTaken(room)).ToList();
        return others.Count == 0 ? step : others[chance.Next(others.Count)];
    }

    /// <summary>The step about what is in the room now, by who was made up for it.</summary>
    protected virtual Step Resolve(RoomModel room, int number) => this;

    private bool IsTaken(RoomModel room) => Apply(room).Told == RoomModel.Done;

    /// <summary>Chance that is the same for the same step.</summary>
    protected Random Roll() => new(Pick);

    /// <summary>
    /// Three times in four one of those by which something comes about that is rare by itself. Else, or where there is none, what was made up: much of that is refused,
    /// or changes nothing, which is to be seen too.
    /// </summary>
    protected static T Aim<T>(Random chance, IReadOnlyList<T> rare, T otherwise) => rare.Count > 0 && chance.Next(4) > 0 ? rare[chance.Next(rare.Count)] : otherwise;
}

/// <summary>A REST request below <c>/rooms/{roomId}</c>.</summary>
internal sealed record Request(HttpMethod Method, string Path, object? Body = null)
{
    /// <summary>Whether the path is the whole of it instead, and a service asks.</summary>
    public bool IsOfService { get; init; }
}

/// <summary>What people and messages are called on the wire. Each history has people of its own.</summary>
internal sealed class Names(string run)
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _keys = new(StringComparer.Ordinal);

    public string UserId(string name) => $"{name}-{run}";

    /// <summary>The system has the same name in every history.</summary>
    public static string NameOf(string userId) => userId.Split('-')[0];

    /// <summary>What is sent where the model says <paramref name="text"/>: with the ids of those who are mentioned.</summary>
    public string Send(string text) => text.EndsWith("@all", StringComparison.Ordinal) || !text.Contains('@', StringComparison.Ordinal) ? text : $"{text}-{run}";

    /// <summary>The other way round.</summary>
    public string? Read(string? text) => text?.Replace($"-{run}", "", StringComparison.Ordinal);

    /// <summary>The ids of the rooms.</summary>
    public List<string> Rooms { get; } = [];

    /// <summary>Until when those are muted who are; the same for all.</summary>
    public DateTimeOffset MutedUntil { get; } = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddHours(6).ToUnixTimeSeconds());

    /// <summary>The codes of the rooms' invites, in the order in which they were made.</summary>
    public System.Collections.Concurrent.ConcurrentDictionary<int, System.Collections.Immutable.ImmutableList<string>> Invites { get; } = new();

    /// <summary>Notes a message's id, by whatever way it became known.</summary>
    public void Learn(string key, string id)
    {
        _ids[key] = id;
        _keys[id] = key;
    }

    /// <summary>The message that has this id.</summary>
    public string KeyOf(string id) => _keys.GetValueOrDefault(id, id);

    public bool Knows(string key) => _ids.ContainsKey(key);

    /// <summary>The id of a message; of one that there is not, one that nobody has.</summary>
    public string MessageId(string key) => _ids.GetValueOrDefault(key) ?? Guid.NewGuid().ToString();
}
