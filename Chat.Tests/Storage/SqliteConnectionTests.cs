using Chat.Infrastructure.Sql;
using Chat.Infrastructure.Sql.Sqlite;
using Dapper;

namespace Chat.Tests.Storage;

/// <summary>Every connection works as durably as the first.</summary>
public sealed class SqliteConnectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatstomp-").FullName;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Every_connection_checks_references_and_waits_for_the_disk_when_it_is_new_and_when_it_is_opened_again()
    {
        using var database = new SqlDatabase(new SqliteDialect($"Data Source={Path.Combine(_folder, "chat.db")}"));
        for (var round = 0; round < 2; round++)
        {
            // Open at the same time, so that each is a connection of its own.
            var connections = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => database.OpenAsync(CancellationToken.None)));
            foreach (var connection in connections)
            {
                (await connection.ExecuteScalarAsync<long>("pragma foreign_keys")).Should().Be(1);
                (await connection.ExecuteScalarAsync<long>("pragma synchronous")).Should().Be(2, "that is FULL");
                (await connection.ExecuteScalarAsync<string>("pragma journal_mode")).Should().Be("wal");
                (await connection.ExecuteScalarAsync<long>("pragma busy_timeout")).Should().Be(5000);
            }
            foreach (var connection in connections) await connection.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("chat.db", "chat-search.db")]
    [InlineData("chat", "chat-search")]
    public async Task The_search_index_is_a_file_beside_it_in_which_no_commit_waits_for_the_disk(string file, string search)
    {
        using var database = new SqlDatabase(new SqliteDialect($"Data Source={Path.Combine(_folder, file)}"));
        await using var connection = await database.Search.OpenAsync(CancellationToken.None);

        (await connection.ExecuteScalarAsync<long>("pragma synchronous")).Should().Be(1, "that is NORMAL");
        (await connection.ExecuteScalarAsync<string>("pragma journal_mode")).Should().Be("wal");
        File.Exists(Path.Combine(_folder, search)).Should().BeTrue();
    }
}
