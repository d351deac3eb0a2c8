using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Unicode;
using Stomp.Gateway.Protocol;

namespace Chat.Tests.Fuzz;

/// <summary>
/// The grammar of the client's frames once more, read off the specification (STOMP 1.2, Augmented BNF) and docs/protocol.md in the plainest way: from the whole
/// of the octets, line by line, with no regard to speed. The gateway's reader has to come to the same.
/// </summary>
internal sealed class PlainFrameReader
{
    private const byte Nul = 0;
    private const byte Lf = (byte)'\n';
    private const byte Cr = (byte)'\r';

    private readonly byte[] _octets;
    private readonly FrameSettings _settings;
    private readonly List<FuzzFrame> _frames = [];
    private StompVersion _version;
    private int _at;

    private PlainFrameReader(byte[] octets, FrameSettings settings) => (_octets, _settings, _version) = (octets, settings, settings.Version);

    public static FrameReading Read(byte[] octets, FrameSettings settings)
    {
        var reader = new PlainFrameReader(octets, settings);
        try
        {
            while (reader.TryReadFrame())
            {
            }
            return new FrameReading(reader._frames, Violation: null, octets.Length - reader._at);
        }
        catch (StompViolationException e)
        {
            return new FrameReading(reader._frames, e.Violation, Left: 0);
        }
    }

    private bool TryReadFrame()
    {
        if (!SkipLineEnds() || HeadLength() is not { } headLength) return false;
        var head = _octets.AsSpan(_at, headLength);
        Demand(Utf8.IsValid(head), Violation.InvalidUtf8);
        // The last two are the empty line and what is behind it.
        var lines = Encoding.UTF8.GetString(head).Split('\n')[..^2];
        Demand(StompCommands.TryParse(Encoding.UTF8.GetBytes(WithoutCr(lines[0])), out var command), Violation.BadCommand);
        var isEscaped = _version != StompVersion.V10 && command is not (StompCommand.Connect or StompCommand.Stomp);
        var raw = lines.Skip(1).Select((line, number) => Header(WithoutCr(line), number, isEscaped, keepsBlanks: _version != StompVersion.V10 || command is StompCommand.Connect or StompCommand.Stomp)).ToList();
        var headers = raw.ConvertAll(h => (Text(h.Name, isEscaped), Text(h.Value, isEscaped)));

        var body = _octets.AsSpan(_at + headLength);
        if (BodyLength(body, raw, isEscaped) is not { } bodyLength) return false;
        _frames.Add(new FuzzFrame(command, _version, headers, command == StompCommand.Send ? body[..bodyLength].ToArray() : []));
        _at += headLength + bodyLength + 1;

        if (_settings.Negotiates && command is StompCommand.Connect or StompCommand.Stomp && StompVersions.TryNegotiate(First(headers, "accept-version"), out var agreed))
            _version = agreed;
        return true;
    }

    /// <summary>False when nothing follows them yet.</summary>
    private bool SkipLineEnds()
    {
        for (; _at < _octets.Length; _at++)
        {
            if (_octets[_at] is not (Lf or Cr)) return true;
            if (_octets[_at] == Lf) continue;
            if (_at + 1 == _octets.Length) return false;
            Demand(_octets[_at + 1] == Lf, Violation.StrayCarriageReturn);
        }
        return false;
    }

    /// <summary>Up to and with the first empty line; null while that has not come.</summary>
    private int? HeadLength()
    {
        var most = _settings.Limits.MaxHeaderBytes;
        var there = _octets.AsSpan(_at);
        for (var i = 0; i < there.Length; i++)
        {
            Demand(there[i] != Nul, Violation.NulInHead);
            Demand(i < most, Violation.HeadersTooLarge(most));
            if (there[i] != Lf) continue;
            var emptyLine = there[(i + 1)..].StartsWith("\n"u8) ? 1 : there[(i + 1)..].StartsWith("\r\n"u8) ? 2 : 0;
            if (emptyLine == 0) continue;
            Demand(i + 1 + emptyLine <= most, Violation.HeadersTooLarge(most));
            return i + 1 + emptyLine;
        }
        return null;
    }

    private static string WithoutCr(string line)
    {
        line = line.EndsWith('\r') ? line[..^1] : line;
        Demand(!line.Contains('\r'), Violation.StrayCarriageReturn);
        return line;
    }

    private (string Name, string Value) Header(string line, int number, bool isEscaped, bool keepsBlanks)
    {
        Demand(number < _settings.Limits.MaxHeaders, Violation.TooManyHeaders(_settings.Limits.MaxHeaders));
        Demand(line.Contains(':'), Violation.HeaderWithoutColon);
        Demand(line[0] != ':', Violation.HeaderWithoutName);
        if (isEscaped) Demand(!WithoutEscapes(line).Contains('\\'), Violation.UndefinedEscape);
        var (name, value) = (line[..line.IndexOf(':')], line[(line.IndexOf(':') + 1)..]);
        return (name, keepsBlanks ? value : value.TrimStart(' '));
    }

    private static string WithoutEscapes(string text) => string.Concat(text.Split(@"\\").Select(part => part.Replace(@"\n", "", StringComparison.Ordinal)
        .Replace(@"\r", "", StringComparison.Ordinal).Replace(@"\c", "", StringComparison.Ordinal)));

    /// <summary>Two backslashes are one; what is left between them has the other escapes.</summary>
    private static string Text(string text, bool isEscaped) => !isEscaped ? text : string.Join('\\', text.Split(@"\\").Select(part =>
        part.Replace(@"\n", "\n", StringComparison.Ordinal).Replace(@"\r", "\r", StringComparison.Ordinal).Replace(@"\c", ":", StringComparison.Ordinal)));

    /// <summary>Null while the body is not whole.</summary>
    private int? BodyLength(ReadOnlySpan<byte> body, IReadOnlyList<(string Name, string Value)> raw, bool isEscaped)
    {
        var most = _settings.Limits.MaxBodyBytes == 0 ? long.MaxValue : _settings.Limits.MaxBodyBytes;
        if (AnnouncedLength(raw, isEscaped) is { } announced)
        {
            Demand(announced >= 0, Violation.BadContentLength);
            Demand(announced <= most, Violation.FrameTooLarge(most));
            if (announced >= body.Length) return null;
            Demand(body[(int)announced] == Nul, Violation.MissingNul);
            return (int)announced;
        }
        var nul = body.IndexOf(Nul);
        Demand((nul < 0 ? body.Length : nul) <= most, Violation.FrameTooLarge(most));
        return nul < 0 ? null : nul;
    }

    /// <summary>Digits, with or without a sign; what is more than a number holds is the most that it holds.</summary>
    private static long? AnnouncedLength(IReadOnlyList<(string Name, string Value)> raw, bool isEscaped)
    {
        var text = First([.. raw.Select(h => (Text(h.Name, isEscaped), h.Value))], "content-length") ?? "";
        var digits = text.StartsWith('-') || text.StartsWith('+') ? text[1..] : text;
        if (digits.Length == 0 || !digits.All(char.IsAsciiDigit)) return null;
        var number = BigInteger.Parse(digits, CultureInfo.InvariantCulture) * (text[0] == '-' ? -1 : 1);
        return (long)BigInteger.Clamp(number, long.MinValue, long.MaxValue);
    }

    private static string? First(List<(string Name, string Value)> headers, string name) => headers.Find(h => h.Name == name).Value;

    private static void Demand([DoesNotReturnIf(false)] bool holds, Violation violation)
    {
        if (!holds) throw new StompViolationException(violation);
    }
}
