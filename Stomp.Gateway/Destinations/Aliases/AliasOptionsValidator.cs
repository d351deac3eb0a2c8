using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>Checks <c>Stomp:Aliases</c> by reading it.</summary>
internal sealed class AliasOptionsValidator : IValidateOptions<StompOptions>
{
    public ValidateOptionsResult Validate(string? name, StompOptions options)
    {
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
}
