using Chat.Infrastructure.Sql;
using Chat.Infrastructure.Sql.Sqlite;
using Chat.Tests.Support;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Chat.Tests.Storage;

/// <summary>SQLite's log is taken over into its file each second, and never by those who write. The seconds are those of a clock that only these tests move.</summary>
public sealed class SqliteCheckpointsTests : IAsyncLifetime, IDisposable
{
    /// <summary>The warning that a log could not be taken over.</summary>
    private const int Failed = 4060;

    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("chatstomp-").FullName;
    private readonly WatchedTime _time = new();
    private readonly LogRecorder _log = new();
    private readonly LoggerFactory _loggers;
    private readonly SqlDatabase _database;
    private readonly SqliteCheckpoints _checkpoints;

    /// <summary>Open while something is written: closing the last connection would take over the log as well.</summary>
    private readonly SqliteConnection _writer;

    public SqliteCheckpointsTests()
    {
        // Without a pool each look opens the file anew.
        var connectionString = $"Data Source={MainFile};Pooling=False";
        _loggers = new LoggerFactory([_log]);
        _database = new SqlDatabase(new SqliteDialect(connectionString));
        _checkpoints = new SqliteCheckpoints(_database, _time, _loggers.CreateLogger<SqliteCheckpoints>());
        _writer = new SqliteConnection(connectionString);
    }

    private string MainFile => Path.Combine(_folder, "chat.db");

    private string LogFile => $"{MainFile}-wal";

    private int Failures => _log.Lines.Count(line => line.Event == Failed);

    public async Task InitializeAsync()
    {
        await _checkpoints.StartAsync(CancellationToken.None);
        await _time.HasTimer.WaitAsync(Patience);
    }

    public async Task DisposeAsync()
    {
        await _checkpoints.StopAsync(CancellationToken.None);
        await _writer.CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose()
    {
        _checkpoints.Dispose();
        _writer.Dispose();
        _database.Dispose();
        _loggers.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task The_log_is_taken_over_each_second_and_then_begins_anew_however_much_is_written()
    {
        await OpenWriterAsync();
        await WriteForASecondAsync();
        var longest = new FileInfo(LogFile).Length;

        for (var i = 0; i < 3; i++) await WriteForASecondAsync();

        new FileInfo(LogFile).Length.Should().BeLessThan(2 * longest, "what was taken over is written over");
        Failures.Should().Be(0);
    }

    [Fact]
    public async Task What_is_left_of_a_long_log_is_taken_over_while_nobody_writes()
    {
        await OpenWriterAsync();
        await WriteAsync(megabytes: 1);
        await using var reader = new SqliteConnection(_writer.ConnectionString);
        await reader.OpenAsync();
        // What lies behind that which somebody reads is not taken over (SQLite documentation, "Write-Ahead Logging", section 2.2).
        await reader.ExecuteAsync("begin deferred");
        await reader.ExecuteScalarAsync<long>("select count(*) from notes");
        var read = await SizeAsync();
        // More than 4,000 pages.
        await WriteAsync(megabytes: 20);
        var writing = new TaskCompletionSource<bool>();
        var written = _database.AsOnlyWriterAsync(() => writing.Task, CancellationToken.None);
        _time.Advance(OneSecond);
        await EventuallyAsync(() => Task.FromResult(new FileInfo(MainFile).Length == read));

        await reader.ExecuteAsync("end transaction");
        (await IsTakenOverAsync()).Should().BeFalse("somebody writes");
        writing.SetResult(true);
        await written;

        // The clock stands still: it is the work of the same second.
        await EventuallyAsync(IsTakenOverAsync);
    }

    [Fact]
    public async Task A_failure_is_told_once_until_it_is_over_and_ends_nothing()
    {
        for (var period = 1; period <= 2; period++)
        {
            // No log can be opened where a folder has its name.
            Directory.CreateDirectory(LogFile);
            for (var attempt = 0; attempt < 3; attempt++)
            {
                // Each attempt makes the file before it fails; the next one says that it has come to its end.
                File.Delete(MainFile);
                _time.Advance(OneSecond);
                await EventuallyAsync(() => Task.FromResult(File.Exists(MainFile)));
            }
            Directory.Delete(LogFile);

            await OpenWriterAsync();
            await WriteForASecondAsync();

            Failures.Should().Be(period);
            await _writer.CloseAsync();
            await EventuallyAsync(() => Task.FromResult(!File.Exists(LogFile)));
        }
    }

    private async Task OpenWriterAsync()
    {
        await _writer.OpenAsync();
        await _database.Dialect.OnOpenedAsync(_writer, CancellationToken.None);
        await _writer.ExecuteAsync("create table notes (body blob)");
    }

    private async Task WriteForASecondAsync()
    {
        await WriteAsync(megabytes: 1);
        _time.Advance(OneSecond);
        await EventuallyAsync(IsTakenOverAsync);
    }

    private Task<int> WriteAsync(int megabytes) => _writer.ExecuteAsync("insert into notes (body) values (zeroblob(@Length))", new { Length = megabytes * 1_000_000 });

    /// <summary>SQLite itself is asked last, as it takes over the log to answer; while another connection is about that, it says no.</summary>
    private async Task<bool> IsTakenOverAsync() =>
        new FileInfo(MainFile).Length == await SizeAsync() && await _writer.ExecuteScalarAsync<long>("pragma wal_checkpoint(passive)") == 0;

    /// <summary>How long the file is with all that was written.</summary>
    private async Task<long> SizeAsync() => await _writer.ExecuteScalarAsync<long>("pragma page_count") * await _writer.ExecuteScalarAsync<long>("pragma page_size");

    /// <summary>Tells when somebody waits for its ticks, so that no second goes by before.</summary>
    private sealed class WatchedTime : FakeTimeProvider
    {
        private readonly TaskCompletionSource _hasTimer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HasTimer => _hasTimer.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _hasTimer.TrySetResult();
            return timer;
        }
    }
}
