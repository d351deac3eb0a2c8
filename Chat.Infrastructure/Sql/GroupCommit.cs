using System.Threading.Channels;
using Chat.Domain;
using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Microsoft.Extensions.Logging;

namespace Chat.Infrastructure.Sql;

/// <summary>
/// Commits messages in groups: what gathers while one transaction runs is the next one. Nothing ever waits for company, so a lone message is as quick as it
/// can be, and under load the cost of a commit is shared by hundreds.
/// </summary>
/// <remarks>
/// A room always goes by the same lane, and a lane keeps the order in which it was handed messages. There are several lanes where the database can commit
/// several transactions at once.
/// </remarks>
internal sealed partial class GroupCommit : IAsyncDisposable
{
    private const int LanesOfServers = 4;

    /// <summary>Messages that may wait in a lane; whoever brings more waits for a place.</summary>
    private const int MostWaiting = 8_192;

    /// <summary>Messages in one transaction: beyond this the statement grows faster than the gain.</summary>
    private const int MostInBatch = 1_024;

    /// <summary>So many notes of what was announced are gathered before a commit removes them along with its own work: for a message that is alone in its group one statement more costs as much as one row more.</summary>
    private const int EnoughAnnounced = 32;

    private readonly SqlDatabase _database;
    private readonly OutboxRelay _relay;
    private readonly TimeProvider _time;
    private readonly ILogger<GroupCommit> _logger;
    private readonly AppendStatements _statements;
    private readonly Lane[] _lanes;

    public GroupCommit(SqlDatabase database, OutboxRelay relay, NodeId node, TimeProvider time, ILogger<GroupCommit> logger)
    {
        (_database, _relay, _time, _logger) = (database, relay, time, logger);
        _statements = database.Dialect.CreateAppendStatements(relay.IsNeeded ? node : null);
        _lanes = new Lane[database.Dialect.HasOneWriter ? 1 : LanesOfServers];
        for (var i = 0; i < _lanes.Length; i++) _lanes[i] = new Lane(this, i);
    }

    /// <summary>Hands a message to its room's lane. The order of these calls is the order of the numbers. The task ends when the message is committed or refused.</summary>
    public Task<Outcome<PostedMessage>> AppendAsync(MessageDraft draft, CancellationToken cancellationToken) =>
        _lanes[(uint)draft.RoomId.GetHashCode() % _lanes.Length].AppendAsync(draft, cancellationToken);

    /// <summary>Takes nothing more in, and commits what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes) await lane.DisposeAsync();
    }

    private void Commit(HeldConnection connection, KnownRooms known, IReadOnlyList<Pending> pending)
    {
        try
        {
            CommitTogether(connection, known, pending);
        }
        catch (StoreUnavailableException e) when (pending.Count == 1 || !_database.WasInTheWay(e))
        {
            Answer(pending, one => one.Done.SetException(e));
        }
        catch (Exception e) when (pending.Count > 1)
        {
            // One of them cannot be stored. Nobody else's message shall fail for it.
            Log.BatchFailed(_logger, pending.Count, e);
            foreach (var one in pending) Commit(connection, known, [one]);
        }
        catch (Exception e)
        {
            Log.MessageFailed(_logger, pending[0].Draft.RoomId, e);
            Answer(pending, one => one.Done.SetException(e));
        }
    }

    private void CommitTogether(HeldConnection connection, KnownRooms known, IReadOnlyList<Pending> pending)
    {
        var batch = new AppendBatch(_statements, connection, known, [.. pending.Select(p => p.Draft)], _time.GetUtcNow());
        // Statements that leave no notes remove none; those of other changes are left to the relay then.
        var announced = _statements.NotesRuns ? _relay.Ledger.Take(EnoughAnnounced) : [];
        try
        {
            _database.Write(connection, () => batch.Run(announced));
        }
        catch
        {
            _relay.Ledger.PutBack(announced);
            throw;
        }
        // Nothing written, nothing removed.
        if (batch.Runs.Count == 0) _relay.Ledger.PutBack(announced);
        foreach (var run in batch.Runs) _relay.Announce(run);
        for (var i = 0; i < pending.Count; i++) pending[i].Outcome = batch.Outcomes[i];
        Answer(pending, static one => one.Done.SetResult(one.Outcome));
    }

    /// <summary>Tells those who wait, in their order and by one work item: the lane goes on with the next group meanwhile.</summary>
    private static void Answer(IReadOnlyList<Pending> pending, Action<Pending> tell) => ThreadPool.UnsafeQueueUserWorkItem(
        static state =>
        {
            foreach (var one in state.pending) state.tell(one);
        },
        (pending, tell),
        preferLocal: false);

    /// <summary>A message that waits for its commit.</summary>
    private sealed class Pending(MessageDraft draft)
    {
        public MessageDraft Draft => draft;

        /// <summary>Whoever waits goes on within <see cref="Answer"/>, and has nothing to do there but to answer his client.</summary>
        public TaskCompletionSource<Outcome<PostedMessage>> Done { get; } = new();

        public Outcome<PostedMessage> Outcome { get; set; }
    }

    /// <summary>One after the other of groups; owns its queue, its thread, and its connection.</summary>
    private sealed class Lane : IAsyncDisposable
    {
        // Continuations within the writer's call: what they do is wake the lane's thread.
        private readonly Channel<Pending> _waiting = Channel.CreateBounded<Pending>(
            new BoundedChannelOptions(MostWaiting) { SingleReader = true, AllowSynchronousContinuations = true });

        private readonly GroupCommit _owner;
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Lane(GroupCommit owner, int number)
        {
            _owner = owner;
            new Thread(Run) { Name = $"group commit {number}", IsBackground = true }.Start();
        }

        public Task<Outcome<PostedMessage>> AppendAsync(MessageDraft draft, CancellationToken cancellationToken)
        {
            var pending = new Pending(draft);
            return _waiting.Writer.TryWrite(pending) ? pending.Done.Task : AppendWhenRoomAsync(pending, cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            _waiting.Writer.TryComplete();
            await _ended.Task;
        }

        private async Task<Outcome<PostedMessage>> AppendWhenRoomAsync(Pending pending, CancellationToken cancellationToken)
        {
            try
            {
                await _waiting.Writer.WriteAsync(pending, cancellationToken);
            }
            catch (ChannelClosedException e)
            {
                throw new StoreUnavailableException("The server is stopping.", e);
            }
            return await pending.Done.Task;
        }

        private void Run()
        {
            using (var connection = new HeldConnection(_owner._database, _owner._time))
            {
                using var awake = new ManualResetEventSlim(initialState: false, spinCount: 0);
                var known = new KnownRooms(isAlone: _owner._database.Dialect.HasOneWriter);
                while (WaitForMore(awake))
                {
                    var batch = new List<Pending>();
                    while (batch.Count < MostInBatch && _waiting.Reader.TryRead(out var next)) batch.Add(next);
                    _owner.Commit(connection, known, batch);
                }
            }
            _ended.SetResult();
        }

        /// <summary>Sleeps at once: whoever looks about for a while first, as waiting for a task does, takes the processor from those who answer clients.</summary>
        /// <returns>False when nothing more will come.</returns>
        private bool WaitForMore(ManualResetEventSlim awake)
        {
            var more = _waiting.Reader.WaitToReadAsync().AsTask();
            if (!more.IsCompleted)
            {
                awake.Reset();
                more.GetAwaiter().UnsafeOnCompleted(awake.Set);
                awake.Wait();
            }
            return more.GetAwaiter().GetResult();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4010, LogLevel.Warning, "A group of {Count} messages could not be committed together; they are committed one by one")]
        public static partial void BatchFailed(ILogger logger, int count, Exception exception);

        [LoggerMessage(4011, LogLevel.Error, "A message to room {RoomId} could not be stored")]
        public static partial void MessageFailed(ILogger logger, Domain.Rooms.RoomId roomId, Exception exception);
    }
}
