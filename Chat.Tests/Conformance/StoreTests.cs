using Chat.Tests.Support.Servers;

namespace Chat.Tests.Conformance;

public sealed class SqliteMessageStoreTests() : MessageStoreSuite(StoreDatabase.Sqlite);

public sealed class SqliteMessageChangeTests() : MessageChangeSuite(StoreDatabase.Sqlite);

public sealed class SqliteExpiryTests() : ExpirySuite(StoreDatabase.Sqlite);

public sealed class SqliteRoomStoreTests() : RoomStoreSuite(StoreDatabase.Sqlite);

public sealed class SqliteOutboxTests() : OutboxSuite(StoreDatabase.Sqlite);

public sealed class SqliteRoomKeepingTests() : RoomKeepingSuite(StoreDatabase.Sqlite);

public sealed class SqliteInBetweenTests() : InBetweenSuite(StoreDatabase.Sqlite);

public sealed class SqliteSearchTests() : SearchSuite(StoreDatabase.Sqlite);

public sealed class SqliteSearchRecallTests() : SearchRecallSuite(StoreDatabase.Sqlite);

[Needs(Server.MariaDb)]
public sealed class MySqlMessageStoreTests() : MessageStoreSuite(StoreDatabase.MySql);

[Needs(Server.MariaDb)]
public sealed class MySqlMessageChangeTests() : MessageChangeSuite(StoreDatabase.MySql);

[Needs(Server.MariaDb)]
public sealed class MySqlExpiryTests() : ExpirySuite(StoreDatabase.MySql);

[Needs(Server.MariaDb)]
public sealed class MySqlRoomStoreTests() : RoomStoreSuite(StoreDatabase.MySql);

[Needs(Server.MariaDb)]
public sealed class MySqlOutboxTests() : OutboxSuite(StoreDatabase.MySql)
{
    [SuiteFact]
    public Task What_may_have_been_committed_though_the_connection_ended_is_announced() => AnnouncedAfterAsync("kill connection_id()");
}

[Needs(Server.MariaDb)]
public sealed class MySqlRoomKeepingTests() : RoomKeepingSuite(StoreDatabase.MySql);

[Needs(Server.MariaDb)]
public sealed class MySqlInBetweenTests() : InBetweenSuite(StoreDatabase.MySql);

[Needs(Server.MariaDb)]
public sealed class MySqlSearchTests() : SearchSuite(StoreDatabase.MySql);

[Needs(Server.MariaDb)]
public sealed class MySqlSearchRecallTests() : SearchRecallSuite(StoreDatabase.MySql);

[Needs(Server.Postgres)]
public sealed class PostgresMessageStoreTests() : MessageStoreSuite(StoreDatabase.Postgres);

[Needs(Server.Postgres)]
public sealed class PostgresMessageChangeTests() : MessageChangeSuite(StoreDatabase.Postgres);

[Needs(Server.Postgres)]
public sealed class PostgresExpiryTests() : ExpirySuite(StoreDatabase.Postgres);

[Needs(Server.Postgres)]
public sealed class PostgresRoomStoreTests() : RoomStoreSuite(StoreDatabase.Postgres);

[Needs(Server.Postgres)]
public sealed class PostgresOutboxTests() : OutboxSuite(StoreDatabase.Postgres)
{
    [SuiteFact]
    public Task What_may_have_been_committed_though_the_connection_ended_is_announced() => AnnouncedAfterAsync("select pg_terminate_backend(pg_backend_pid())");
}

[Needs(Server.Postgres)]
public sealed class PostgresRoomKeepingTests() : RoomKeepingSuite(StoreDatabase.Postgres);

[Needs(Server.Postgres)]
public sealed class PostgresInBetweenTests() : InBetweenSuite(StoreDatabase.Postgres);

[Needs(Server.Postgres)]
public sealed class PostgresSearchTests() : SearchSuite(StoreDatabase.Postgres);

[Needs(Server.Postgres)]
public sealed class PostgresSearchRecallTests() : SearchRecallSuite(StoreDatabase.Postgres);

public sealed class SqlitePostingTests() : PostingSuite(StoreDatabase.Sqlite);

[Needs(Server.MariaDb)]
public sealed class MySqlPostingTests() : PostingSuite(StoreDatabase.MySql);

[Needs(Server.Postgres)]
public sealed class PostgresPostingTests() : PostingSuite(StoreDatabase.Postgres);

public sealed class SqliteDraftTests() : DraftSuite(StoreDatabase.Sqlite);

[Needs(Server.MariaDb)]
public sealed class MySqlDraftTests() : DraftSuite(StoreDatabase.MySql);

[Needs(Server.Postgres)]
public sealed class PostgresDraftTests() : DraftSuite(StoreDatabase.Postgres);

public sealed class SqliteScheduleTests() : ScheduleSuite(StoreDatabase.Sqlite);

[Needs(Server.MariaDb)]
public sealed class MySqlScheduleTests() : ScheduleSuite(StoreDatabase.MySql);

[Needs(Server.Postgres)]
public sealed class PostgresScheduleTests() : ScheduleSuite(StoreDatabase.Postgres);

public sealed class SqliteScheduledPostsTests() : ScheduledPostsSuite(StoreDatabase.Sqlite);

[Needs(Server.MariaDb)]
public sealed class MySqlScheduledPostsTests() : ScheduledPostsSuite(StoreDatabase.MySql);

[Needs(Server.Postgres)]
public sealed class PostgresScheduledPostsTests() : ScheduledPostsSuite(StoreDatabase.Postgres);
