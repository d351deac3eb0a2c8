using Chat.Domain;
using Chat.Infrastructure.Sql;

namespace Chat.Tests.Storage;

/// <summary>Questions of one moment, put to the database as one.</summary>
public sealed class TogetherTests
{
    private readonly List<IReadOnlyList<int>> _rounds = [];

    [Fact]
    public async Task Everyone_gets_the_answer_to_his_own_question()
    {
        var together = new Together<int, int>(SquareAsync, most: 8);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => together.AskAsync(i, CancellationToken.None)));

        answers.Should().Equal(Enumerable.Range(0, 100).Select(i => i * i));
    }

    [Fact]
    public async Task What_is_asked_during_a_round_waits_for_the_next_and_goes_with_what_came_beside_it()
    {
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var together = new Together<int, int>(
            async some =>
            {
                begun.TrySetResult();
                await go.Task;
                return await SquareAsync(some);
            },
            most: 4);
        var first = together.AskAsync(0, CancellationToken.None);
        await begun.Task;
        var later = Enumerable.Range(1, 6).Select(i => together.AskAsync(i, CancellationToken.None)).ToList();

        go.SetResult();
        await Task.WhenAll([first, .. later]);

        _rounds.Select(round => string.Join(',', round)).Should().Equal("0", "1,2,3,4", "5,6");
    }

    [Fact]
    public async Task A_question_that_cannot_be_answered_spoils_nobody_elses()
    {
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        var together = new Together<int, int>(
            async some =>
            {
                begun.TrySetResult();
                await go.Task;
                return some.Contains(13) ? throw new InvalidOperationException("13") : await SquareAsync(some);
            },
            most: 8);
        var first = together.AskAsync(0, CancellationToken.None);
        await begun.Task;
        var (good, bad, other) = (together.AskAsync(2, CancellationToken.None), together.AskAsync(13, CancellationToken.None), together.AskAsync(3, CancellationToken.None));

        go.SetResult();

        (await good).Should().Be(4);
        (await other).Should().Be(9);
        await bad.Invoking(task => task).Should().ThrowAsync<InvalidOperationException>();
        await first;
    }

    [Fact]
    public async Task A_database_that_is_gone_is_told_to_all_and_asked_again_by_the_next()
    {
        var isGone = true;
        var together = new Together<int, int>(some => isGone ? throw new StoreUnavailableException("gone", new IOException()) : SquareAsync(some), most: 8);

        var asked = Enumerable.Range(0, 3).Select(i => together.AskAsync(i, CancellationToken.None)).ToList();
        foreach (var one in asked) await one.Invoking(task => task).Should().ThrowAsync<StoreUnavailableException>();
        isGone = false;

        (await together.AskAsync(5, CancellationToken.None)).Should().Be(25);
    }

    [Fact]
    public async Task Who_gives_up_waiting_does_not_stop_the_others()
    {
        var go = new TaskCompletionSource();
        var together = new Together<int, int>(
            async some =>
            {
                await go.Task;
                return await SquareAsync(some);
            },
            most: 8);
        using var giveUp = new CancellationTokenSource();
        var impatient = together.AskAsync(1, giveUp.Token);
        var patient = together.AskAsync(2, CancellationToken.None);

        await giveUp.CancelAsync();
        await impatient.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        go.SetResult();

        (await patient).Should().Be(4);
    }

    private Task<IReadOnlyList<int>> SquareAsync(IReadOnlyList<int> some)
    {
        lock (_rounds) _rounds.Add(some);
        return Task.FromResult<IReadOnlyList<int>>([.. some.Select(i => i * i)]);
    }
}
