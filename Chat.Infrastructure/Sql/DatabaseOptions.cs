using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using MySqlConnector;
using Npgsql;

namespace Chat.Infrastructure.Sql;

/// <summary>Which database keeps the chat.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary><c>sqlite</c>, a file and nothing to install; <c>mysql</c>, also MariaDB; or <c>postgres</c>.</summary>
    public string Provider { get; set; } = "sqlite";

    /// <summary>As the provider's own driver takes it. Without one, SQLite keeps its file in <c>data/chatstomp.db</c>.</summary>
    public string ConnectionString { get; set; } = "";
}

internal sealed class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        if (options.Provider is not ("sqlite" or "mysql" or "postgres"))
            return ValidateOptionsResult.Fail($"""Database:Provider is "{options.Provider}"; it is "sqlite", "mysql" or "postgres".""");
        if (options.ConnectionString.Length == 0 && options.Provider is not "sqlite")
            return ValidateOptionsResult.Fail($"""Database:ConnectionString is missing; for {options.Provider} it is for example "{ExampleFor(options.Provider)}".""");
        try
        {
            _ = Parse(options);
            return ValidateOptionsResult.Success;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            // The text itself may hold a password, so it is not repeated.
            return ValidateOptionsResult.Fail($"""Database:ConnectionString is not a list of name=value with semicolons between, or has a name or a value that the driver does not know, for example "{ExampleFor(options.Provider)}".""");
        }
    }

    private static DbConnectionStringBuilder Parse(DatabaseOptions options) => options.Provider switch
    {
        "mysql" => new MySqlConnectionStringBuilder(options.ConnectionString),
        "postgres" => new NpgsqlConnectionStringBuilder(options.ConnectionString),
        _ => new SqliteConnectionStringBuilder(options.ConnectionString),
    };

    private static string ExampleFor(string provider) => provider switch
    {
        "mysql" => "Server=127.0.0.1;Database=chat;User ID=chat;Password=...",
        "postgres" => "Host=127.0.0.1;Database=chat;Username=chat;Password=...",
        _ => "Data Source=data/chatstomp.db",
    };
}
