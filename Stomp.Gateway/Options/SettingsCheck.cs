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
        catch (AggregateException e)
        {
            throw new OptionsValidationException("settings", typeof(object), e.InnerExceptions.OfType<OptionsValidationException>().SelectMany(one => one.Failures));
        }
        catch (InvalidOperationException e)
        {
            // The binder's sentence names the setting, its value and the type; none of the settings that are converted is a secret.
            throw new SettingException($"{e.Message} Numbers are written as 20, durations as 00:00:10, switches as true or false.", e);
        }
    }
}
