using Chat.Domain;
using Chat.Infrastructure.Sql;
using Chat.Infrastructure.Sql.Sqlite;

namespace Chat.Tests.Storage;

/// <summary>A transaction that others are in the way of is tried again, and in the end given up as one that the database did not answer.</summary>
public sealed class LostRacesTests : IDisposable
{
    private const int Tries = 8;

    private readonly SqlDatabase _database = new(new SqliteDialect("Data Source=:memory:"));

    public void Dispose() => _database.Dispose();

    [Theory]
    [InlineData(Tries - 1)]
    [InlineData(Tries)]
    public async Task A_change_that_loses_every_race_is_told_as_unavailable(int losses)
    {
        var tries = 0;
        var change = () => _database.WriteAsync(_ => ++tries > losses ? Task.FromResult(tries) : throw new LostRaceException("lost"), CancellationToken.None);

        if (losses < Tries) (await change()).Should().Be(Tries);
        else _database.WasInTheWay((await change.Should().ThrowAsync<StoreUnavailableException>()).Which).Should().BeTrue();

        tries.Should().Be(Tries);
    }

    [Theory]
    [InlineData(Tries - 1)]
    [InlineData(Tries)]
    public void The_same_holds_on_a_connection_that_is_kept(int losses)
    {
        using var connection = new HeldConnection(_database, TimeProvider.System);
        var tries = 0;
        var change = () => _database.Write(connection, () =>
        {
            if (++tries <= losses) throw new LostRaceException("lost");
        });

        if (losses < Tries) change.Should().NotThrow();
        else _database.WasInTheWay(change.Should().Throw<StoreUnavailableException>().Which).Should().BeTrue();

        tries.Should().Be(Tries);
    }

    [Fact]
    public async Task A_mistake_is_told_as_what_it_is()
    {
        var tries = 0;
        var change = () => _database.WriteAsync<int>(_ => ++tries > 0 ? throw new InvalidOperationException("a mistake") : Task.FromResult(0), CancellationToken.None);

        await change.Should().ThrowAsync<InvalidOperationException>();
        tries.Should().Be(1);
    }
}
