using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Chat.Infrastructure.Redis;

/// <summary>Where what is shared and passing is kept (docs/redis.md).</summary>
internal sealed class RedisOptions
{
    public const string Section = "Redis";
    public const string ConnectionStringKey = $"{Section}:{nameof(ConnectionString)}";

    /// <summary><c>host:6379,password=…,ssl=true</c>. None: it is kept in this process.</summary>
    public string? ConnectionString { get; set; }

    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public static ConfigurationOptions Parse(string connectionString)
    {
        var parsed = ConfigurationOptions.Parse(connectionString);
        if (parsed.EndPoints.Count == 0) throw new ArgumentException("No host is named.", nameof(connectionString));
        return parsed;
    }
}

/// <summary>The setting may hold a password, so a complaint never repeats it.</summary>
internal sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        try
        {
            RedisOptions.Parse(options.ConnectionString ?? "");
            return ValidateOptionsResult.Success;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return ValidateOptionsResult.Fail("Redis:ConnectionString is no address of Redis: it looks like 127.0.0.1:6379, or host:6380,password=...,ssl=true.");
        }
    }
}
