using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>Checks <c>Stomp:Aliases</c> by reading it; and that nothing stands there which would be read over, as a name with a letter too many.</summary>
internal sealed class AliasOptionsValidator(IConfiguration configuration) : IValidateOptions<StompOptions>
{
    private const string Setting = $"{StompOptions.Section}:{nameof(StompOptions.Aliases)}";

    private static readonly string[] Names = [.. typeof(AliasOptions).GetProperties().Select(property => property.Name)];

    public ValidateOptionsResult Validate(string? name, StompOptions options)
    {
        if (configuration.GetSection(Setting).GetChildren().Select(Unread).FirstOrDefault(fault => fault is not null) is { } unread) return ValidateOptionsResult.Fail(unread);
        try
        {
            AliasReader.Read(options.Aliases);
            return ValidateOptionsResult.Success;
        }
        catch (FormatException e)
        {
            return ValidateOptionsResult.Fail(e.Message);
        }
    }

    private static string? Unread(IConfigurationSection entry)
    {
        if (entry.Value is { Length: > 0 } text) return $$"""{{entry.Path}} is "{{text}}"; an entry has settings of its own, for example { "Profile": "spring-topic-app" }.""";
        var unknown = entry.GetChildren().FirstOrDefault(setting => !Names.Contains(setting.Key, StringComparer.OrdinalIgnoreCase));
        return unknown is null ? null : $"{unknown.Path} is no setting of an alias; there are {string.Join(", ", Names)}, for example \"Profile\": \"spring-topic-app\".";
    }
}
