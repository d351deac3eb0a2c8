using Chat.Tests.Support.Servers;

namespace Chat.Tests.Conformance;

public sealed class SqliteMessageStoreTests() : MessageStoreSuite(StoreDatabase.Sqlite);

public sealed class SqliteRoomStoreTests() : RoomStoreSuite(StoreDatabase.Sqlite);

public sealed class SqliteOutboxTests() : OutboxSuite(StoreDatabase.Sqlite);

[Needs(Server.MariaDb)]
public sealed class MySqlMessageStoreTests() : MessageStoreSuite(StoreDatabase.MySql);

[Needs(Server.MariaDb)]
public sealed class MySqlRoomStoreTests() : RoomStoreSuite(StoreDatabase.MySql);

[Needs(Server.MariaDb)]
public sealed class MySqlOutboxTests() : OutboxSuite(StoreDatabase.MySql);

[Needs(Server.Postgres)]
public sealed class PostgresMessageStoreTests() : MessageStoreSuite(StoreDatabase.Postgres);

[Needs(Server.Postgres)]
public sealed class PostgresRoomStoreTests() : RoomStoreSuite(StoreDatabase.Postgres);

[Needs(Server.Postgres)]
public sealed class PostgresOutboxTests() : OutboxSuite(StoreDatabase.Postgres);

public sealed class SqlitePostingTests() : PostingSuite(StoreDatabase.Sqlite);

[Needs(Server.MariaDb)]
public sealed class MySqlPostingTests() : PostingSuite(StoreDatabase.MySql);

[Needs(Server.Postgres)]
public sealed class PostgresPostingTests() : PostingSuite(StoreDatabase.Postgres);
