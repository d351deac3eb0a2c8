using System.Buffers;
using System.Text;
using Microsoft.Extensions.Configuration;
using Stomp.Gateway.Destinations;
using Stomp.Gateway.Destinations.Aliases;
using Stomp.Gateway.Options;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Destinations;

/// <summary>Aliases as they are written in the settings, and frames for them.</summary>
internal static class Aliases
{
    /// <summary>The aliases that a settings file has in <c>Stomp:Aliases</c>.</summary>
    public static AliasTable Table(string json) => AliasReader.Read(Options(Settings(json)).Aliases);

    /// <summary>What is wrong with them; null when nothing is.</summary>
    public static string? FaultOf(string json)
    {
        var settings = Settings(json);
        return new AliasOptionsValidator(settings).Validate(name: null, Options(settings)).FailureMessage;
    }

    public static AliasTable Profile(string name) => Table($$"""[{ "Profile": "{{name}}" }]""");

    /// <summary>What a SEND becomes, as text: where to, and what.</summary>
    public static string Send(this AliasTable table, string destination, string body, string headers = "")
    {
        var octets = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes($"SEND\ndestination:{destination}\n{headers}\n{body}\0"));
        new FrameReader(new FrameLimits()) { Version = StompVersion.V12 }.TryRead(ref octets, out var frame).Should().BeTrue();
        if (!table.Apply(Destination.Parse(destination), frame).TryGet(out var sent, out var refusal)) return $"{refusal.Code}";
        if (sent.Destination is not { } target) return "nothing";
        var contentType = sent.Frame.GetHeader("content-type"u8) is { } type ? $" {type}" : "";
        return $"{target}{contentType} {Encoding.UTF8.GetString(sent.Frame.Body)}";
    }

    /// <summary>What a SUBSCRIBE becomes.</summary>
    public static string Subscribe(this AliasTable table, string destination) =>
        table.Apply(Destination.Parse(destination)).TryGet(out var subscribed, out var refusal) ? $"{subscribed.Destination}" : $"{refusal.Code}";

    private static IConfigurationRoot Settings(string json)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Stomp": { "Aliases": {{json}} } }"""));
        return new ConfigurationBuilder().AddJsonStream(file).Build();
    }

    private static StompOptions Options(IConfiguration settings)
    {
        var options = new StompOptions();
        settings.GetSection(StompOptions.Section).Bind(options);
        return options;
    }
}
