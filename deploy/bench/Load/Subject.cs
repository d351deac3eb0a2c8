using Chat.Tests.Support.Servers;

namespace ChatStomp.Bench.Load;

/// <summary>A server under measurement, with all that it needs; started for a scenario and gone after it.</summary>
internal abstract class Subject : IAsyncDisposable
{
    /// <summary>Its column.</summary>
    public abstract string Name { get; }

    public abstract Dialect Dialect { get; }

    /// <summary>Where its nodes listen, on 127.0.0.1; clients are spread over them in turn.</summary>
    public abstract IReadOnlyList<int> Ports { get; }

    /// <summary>The processes whose time and memory count as its own.</summary>
    public abstract IReadOnlyList<int> Processes { get; }

    /// <summary>The database behind it, whose time is told apart.</summary>
    public virtual IReadOnlyList<int> Databases => [];

    /// <summary>The broker behind it, as well.</summary>
    public virtual IReadOnlyList<int> Brokers => [];

    /// <summary>Whether it stores what is sent to it, and answers when it has.</summary>
    public virtual bool IsDurable => false;

    /// <summary>Whether a client that comes back gets what it has missed.</summary>
    public virtual bool CanResume => false;

    /// <summary>Makes rooms, each with its members.</summary>
    public virtual Task<IReadOnlyList<Room>> MakeRoomsAsync(IReadOnlyList<IReadOnlyList<string>> members) =>
        Task.FromResult<IReadOnlyList<Room>>([.. members.Select((_, number) => new Room(number, $"{number}"))]);

    /// <summary>What a user needs to connect; made before a clock runs.</summary>
    public virtual Account AccountOf(string user) => new(user, "");

    public abstract ValueTask DisposeAsync();

    /// <summary>Resident memory of its own processes.</summary>
    public long ResidentBytes() => Processes.Sum(ProcessView.ResidentBytes);

    /// <summary>What the runtime's compiler has used so far in its own processes.</summary>
    public TimeSpan CompilerTime() => CpuTime.OfCompilers(Processes);

    public CpuTime Cpu() => new(CpuTime.OfAll(Processes), CpuTime.OfAll(Databases), CpuTime.OfAll(Brokers));
}
