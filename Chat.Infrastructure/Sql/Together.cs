using Chat.Domain;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Puts what is asked at the same moment to the database as one. What comes while one round runs waits for the next; nothing ever waits for company, so a lone
/// question is answered at once, and when thousands come back together a statement serves dozens.
/// </summary>
/// <remarks>
/// Nothing is remembered: a round begins after each of its questions was asked, so an answer is never older than its question. What waits is bounded by those
/// who ask, each for one thing at a time.
/// </remarks>
/// <param name="round">Answers questions, as many as <paramref name="most"/>, in their order. It is not cancelled: a round serves others than the one who gives up.</param>
/// <param name="most">Questions in one round: beyond this the statement grows faster than the gain.</param>
internal sealed class Together<TQuestion, TAnswer>(Func<IReadOnlyList<TQuestion>, Task<IReadOnlyList<TAnswer>>> round, int most)
{
    private readonly Lock _lock = new();
    private readonly Queue<Asked> _waiting = [];
    private bool _isRunning;

    /// <exception cref="StoreUnavailableException">The database is gone.</exception>
    public Task<TAnswer> AskAsync(TQuestion question, CancellationToken cancellationToken)
    {
        var asked = new Asked(question);
        lock (_lock)
        {
            _waiting.Enqueue(asked);
            if (!_isRunning)
            {
                _isRunning = true;
                // Not in this thread: whoever asks should not have to answer those who ask after him.
                _ = Task.Run(RunAsync, CancellationToken.None);
            }
        }
        return asked.Answer.Task.WaitAsync(cancellationToken);
    }

    private async Task RunAsync()
    {
        while (Take() is { Count: > 0 } some) await AnswerAsync(some);
    }

    private List<Asked> Take()
    {
        lock (_lock)
        {
            var some = new List<Asked>(Math.Min(most, _waiting.Count));
            while (some.Count < most && _waiting.TryDequeue(out var asked)) some.Add(asked);
            _isRunning = some.Count > 0;
            return some;
        }
    }

    private async Task AnswerAsync(List<Asked> some)
    {
        try
        {
            var answers = await round([.. some.Select(asked => asked.Question)]);
            for (var i = 0; i < some.Count; i++) some[i].Answer.SetResult(answers[i]);
        }
        catch (Exception e) when (some.Count > 1 && e is not StoreUnavailableException)
        {
            // One of them cannot be answered. Nobody else shall go without for it.
            foreach (var asked in some) await AnswerAsync([asked]);
        }
        catch (Exception e)
        {
            foreach (var asked in some) asked.Answer.SetException(e);
        }
    }

    private sealed record Asked(TQuestion Question)
    {
        public TaskCompletionSource<TAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
