using Microsoft.Extensions.Options;

namespace Stomp.Gateway.Options;

/// <summary>A setting cannot be read. The message is for whoever set it.</summary>
internal sealed class SettingException(string message, Exception innerException) : Exception(message, innerException);

internal static class SettingsCheck
{
    /// <summary>Checks every setting, before anything is built on one.</summary>
    /// <exception cref="OptionsValidationException">One has a value that it cannot have.</exception>
    /// <exception cref="SettingException">One is not of its kind: no number, no duration.</exception>
    public static void CheckSettings(this IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException e)
        {
            throw new OptionsValidationException(e.OptionsName, e.OptionsType, Explain(e));
        }
        catch (AggregateException e)
        {
            throw new OptionsValidationException("settings", typeof(object), e.InnerExceptions.OfType<OptionsValidationException>().SelectMany(Explain));
        }
        catch (InvalidOperationException e)
        {
            // The binder's sentence names the setting, its value and the type; none of the settings that are converted is a secret.
            throw new SettingException($"{e.Message} Numbers are written as 20, durations as 00:00:10, switches as true or false.", e);
        }
    }

    private static IEnumerable<string> Explain(OptionsValidationException e) => e.Failures.Select(failure => Explain(e.OptionsType, failure));

    /// <summary>Gives the sentence of a range, which knows its property only, the setting's whole name and its default as an example.</summary>
    private static string Explain(Type options, string failure)
    {
        if (failure.Split(": The field ", 2) is not [var name, var rule] || options.GetProperty(name) is not { } property) return failure;
        var section = options.GetField("Section")?.GetValue(obj: null);
        var example = property.GetValue(Activator.CreateInstance(options));
        return $"{section}:{name} {rule[(rule.IndexOf(' ', StringComparison.Ordinal) + 1)..].TrimEnd('.')}, for example {example}.";
    }
}
