using Chat.Domain.Drafts;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Scheduling;
using Chat.Domain.Search;
using Chat.Domain.Sessions;
using Chat.Domain.Users;
using Chat.Domain.Webhooks;
using Chat.Infrastructure.Sql.MySql;
using Chat.Infrastructure.Sql.Postgres;
using Chat.Infrastructure.Sql.Search;
using Chat.Infrastructure.Sql.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Chat.Infrastructure.Sql;

/// <summary>The chat's storage.</summary>
public static class SqlRegistration
{
    /// <summary>
    /// Keeps the chat in the database that <c>Database:Provider</c> names. The gateway calls <see cref="MigrateAsync"/> before it starts, and registers its
    /// node id, event encoder, bus and use cases.
    /// </summary>
    public static IServiceCollection AddSql(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidator>();
        services.AddOptions<DatabaseOptions>().Bind(configuration.GetSection(DatabaseOptions.Section)).ValidateOnStart();
        services.AddSingleton(provider => DialectOf(provider.GetRequiredService<IOptions<DatabaseOptions>>().Value));
        services.AddSingleton<SqlDatabase>();
        services.AddSingleton<Migrator>();
        services.AddHostedService<SqliteCheckpoints>();
        services.AddSingleton<OutboxRelay>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxRelay>());
        services.AddSingleton<GroupCommit>();
        services.AddSingleton<RoomChanges>();
        services.AddSingleton<ReadPositions>();
        services.AddSingleton<Burns>();
        services.AddHostedService<ExpirySweeper>();
        services.AddSingleton<IMessageStore, SqlMessageStore>();
        services.AddSingleton<IMessageChanges, MessageChanges>();
        services.AddSingleton<IMessageLookup, SqlMessageLookup>();
        services.AddSingleton<IRoomStore, SqlRoomStore>();
        services.AddSingleton<IUserStore, SqlUserStore>();
        services.AddSingleton<RoomTransactions>();
        services.AddSingleton<IRoomSettingsStore, SqlRoomSettingsStore>();
        services.AddSingleton<IMemberStore, SqlMemberStore>();
        services.AddSingleton<IEntryStore, SqlEntryStore>();
        services.AddSingleton<IWebhookStore, SqlWebhookStore>();
        services.AddSingleton<IArrangementStore, SqlArrangementStore>();
        services.AddSingleton<BlockMarks>();
        services.AddSingleton<IBlockStore, SqlBlockStore>();
        services.AddSingleton<IDraftStore, SqlDraftStore>();
        services.AddSingleton<IScheduledMessageStore, SqlScheduledMessageStore>();
        services.AddSingleton<IRevocationStore, SqlRevocationStore>();
        services.AddSingleton<RoomsToIndex>();
        services.AddSingleton<ICommitObserver>(provider => provider.GetRequiredService<RoomsToIndex>());
        services.AddSingleton<IndexChanges>();
        services.AddSingleton<IndexSweep>();
        services.AddSingleton<IMessageIndex, SqlMessageIndex>();
        services.AddSingleton<IVisibleMessages, SqlVisibleMessages>();
        services.AddHostedService<MessageIndexer>();
        services.AddSingleton<IThreadStore, SqlThreadStore>();
        services.AddSingleton<IMemberDirectory, SqlMemberDirectory>();
        services.AddSingleton<IMentionStore, SqlMentionStore>();
        services.AddHostedService<ScheduledPosts>();
        services.AddHealthChecks().AddCheck<SqlHealth>("database");
        return services;
    }

    /// <summary>Brings the schema up to date.</summary>
    /// <exception cref="MigrationException">The database does not fit this program.</exception>
    /// <exception cref="Domain.StoreUnavailableException">The database cannot be reached.</exception>
    public static Task MigrateAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<Migrator>().MigrateAsync(cancellationToken);

    private static ISqlDialect DialectOf(DatabaseOptions options) => options.Provider switch
    {
        "mysql" => new MySqlDialect(options.ConnectionString),
        "postgres" => new PostgresDialect(options.ConnectionString),
        _ => new SqliteDialect(options.ConnectionString),
    };
}
