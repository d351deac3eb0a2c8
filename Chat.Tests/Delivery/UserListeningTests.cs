using Chat.Domain.Users;
using Stomp.Gateway.Delivery;

namespace Chat.Tests.Delivery;

/// <summary>The bus listens for a user as long as somebody wants it, whoever gave up waiting meanwhile.</summary>
public sealed class UserListeningTests
{
    private static readonly UserId Alice = UserId.Parse("alice");
    private static readonly UserId Bob = UserId.Parse("bob");

    private readonly StuckBus _bus = new();

    [Fact]
    public async Task Who_gives_up_leaves_nothing_behind()
    {
        var listening = new UserListening(_bus);
        using var patience = new CancellationTokenSource();
        var beginning = listening.BeginAsync(Bob, patience.Token).AsTask();

        await patience.CancelAsync();
        _bus.Answer();

        await beginning.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        _bus.Asked.Should().Equal((Bob, true), (Bob, false));
    }

    [Fact]
    public async Task Who_gives_up_takes_nothing_from_who_does_not()
    {
        var listening = new UserListening(_bus);
        using var patience = new CancellationTokenSource();
        var staying = listening.BeginAsync(Bob, CancellationToken.None).AsTask();
        var leaving = listening.BeginAsync(Bob, patience.Token).AsTask();

        await patience.CancelAsync();
        await leaving.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        _bus.Answer();
        await staying;

        _bus.Asked.Should().NotContain((Bob, false));
        await listening.EndAsync(Bob, CancellationToken.None);
        _bus.Asked[^1].Should().Be((Bob, false));
    }

    [Fact]
    public async Task Nobody_waits_until_the_broker_has_answered_somebody_else()
    {
        var listening = new UserListening(_bus);

        Task[] all = [listening.BeginAsync(Alice, CancellationToken.None).AsTask(), listening.BeginAsync(Bob, CancellationToken.None).AsTask()];

        _bus.Asked.Should().Equal((Alice, true), (Bob, true));
        all.Should().NotContain(task => task.IsCompleted, "what is not answered may not be in force");
        _bus.Answer();
        await Task.WhenAll(all);
    }

    [Fact]
    public async Task Who_begins_while_the_last_one_ends_is_heard_behind_it()
    {
        var listening = new UserListening(_bus);
        var first = listening.BeginAsync(Bob, CancellationToken.None).AsTask();

        var ending = listening.EndAsync(Bob, CancellationToken.None).AsTask();
        var next = listening.BeginAsync(Bob, CancellationToken.None).AsTask();
        _bus.Answer();
        await Task.WhenAll(first, ending, next);

        _bus.Asked.Should().Equal((Bob, true), (Bob, false), (Bob, true));
    }
}
