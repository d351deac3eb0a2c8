using Microsoft.Extensions.Options;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Transports.SockJs.TestServices;

/// <summary>A STOMP path and a test service cannot both have the same address: no request would find either.</summary>
internal sealed class TestServicePathsValidator(IOptions<SockJsOptions> sockJs) : IValidateOptions<StompOptions>
{
    public ValidateOptionsResult Validate(string? name, StompOptions options)
    {
        if (!sockJs.Value.TestServices)
            return ValidateOptionsResult.Success;
        var clash = options.EffectivePaths.FirstOrDefault(path => SockJsTestServices.Paths.Any(service => IsAtOrBelow(path, service)));
        return clash is null
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"""Stomp:Paths has "{clash}", where SockJs:TestServices=true has a service of its own ({string.Join(", ", SockJsTestServices.Paths)}); take another path, for example "/ws", or leave SockJs:TestServices out.""");
    }

    private static bool IsAtOrBelow(string path, string service) => new PathString(path).StartsWithSegments(service, StringComparison.OrdinalIgnoreCase);
}
