using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;
using Microsoft.Extensions.ObjectPool;

namespace Stomp.Gateway.Protocol;

/// <summary>
/// Cuts frames off the front of what a client has sent (STOMP 1.2, Frames and Augmented BNF). It owns no buffer: a frame is taken whole, or what is there of it
/// stays where it is. What was searched once without finding the end is not searched again.
/// </summary>
/// <remarks>One reader per connection. On the good path nothing is allocated, and between frames it holds nothing: nearly all connections are idle nearly always.</remarks>
internal sealed class FrameReader(FrameLimits limits)
{
    /// <summary>Tables for the frames that are being taken up; more of them than are kept here are made and thrown away.</summary>
    private static readonly ObjectPool<HeaderTable> Tables = new DefaultObjectPool<HeaderTable>(new DefaultPooledObjectPolicy<HeaderTable>(), maximumRetained: 64);

    private const byte Nul = 0;
    private const byte Lf = (byte)'\n';
    private const byte Cr = (byte)'\r';

    /// <summary>From the first head on until no frame is begun.</summary>
    private HeaderTable? _headers;

    /// <summary>A head that lies across segments is put together here; at most <see cref="FrameLimits.MaxHeaderBytes"/>. For as long as the headers.</summary>
    private byte[]? _scratch;

    /// <summary>Octets of the unfinished frame in which its next end, of the head or of the body, was searched in vain.</summary>
    private long _searched;

    /// <summary>Length of the head, its empty line included; 0 while that has not come.</summary>
    private int _headLength;
    private StompCommand _command;
    private long? _contentLength;

    /// <summary>What is taken. It changes when the client has shown who it is.</summary>
    public FrameLimits Limits { get; set; } = limits;

    private HeaderTable Headers => _headers ??= Tables.Get();

    /// <summary>The version agreed on; 1.0 until then.</summary>
    public StompVersion Version { get; set; } = StompVersion.V10;

    /// <summary>
    /// Takes the next frame off the front of <paramref name="buffer"/>, or leaves there what is not a whole one yet. Line ends between frames, which are
    /// heart-beats, are taken off too.
    /// </summary>
    /// <exception cref="StompViolationException">The client broke the grammar or a limit.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out Frame frame)
    {
        frame = default;
        if (_headLength == 0)
        {
            if (_searched == 0 && !SkipLineEnds(ref buffer))
            {
                GiveBack();
                return false;
            }
            if (!TryFindHeadEnd(buffer, out var headLength)) return false;
            ParseHead(Contiguous(buffer.Slice(0, headLength)).Span);
            _headLength = headLength;
            _searched = headLength;
        }
        if (!TryFindBodyEnd(buffer, out var bodyEnd)) return false;

        var body = _command.HasBody() ? buffer.Slice(_headLength, bodyEnd - _headLength) : default;
        frame = new Frame(_command, Contiguous(buffer.Slice(0, _headLength)), Headers, body);
        buffer = buffer.Slice(bodyEnd + 1);
        _headLength = 0;
        _searched = 0;
        return true;
    }

    private void GiveBack()
    {
        if (_headers is not null) Tables.Return(_headers);
        if (_scratch is not null) ArrayPool<byte>.Shared.Return(_scratch);
        (_headers, _scratch) = (null, null);
    }

    private static bool SkipLineEnds(ref ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        var found = false;
        while (!found && reader.TryPeek(out var next))
        {
            if (next == Lf) reader.Advance(1);
            else if (next != Cr) found = true;
            else if (!reader.TryPeek(1, out var afterCr)) break;
            else if (afterCr == Lf) reader.Advance(2);
            else Violate(Violation.StrayCarriageReturn);
        }
        buffer = buffer.Slice(reader.Position);
        return found;
    }

    /// <summary>The head ends behind the first empty line.</summary>
    private bool TryFindHeadEnd(in ReadOnlySequence<byte> buffer, out int headLength)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(_searched);
        headLength = 0;
        while (reader.TryAdvanceToAny([Lf, Nul], advancePastDelimiter: false))
        {
            // What lies beyond the limit is not looked at: in other pieces it would not have been waited for.
            if (reader.Consumed > Limits.MaxHeaderBytes) break;
            if (reader.CurrentSpan[reader.CurrentSpanIndex] == Nul) Violate(Violation.NulInHead);
            var emptyLine = EmptyLineAfter(reader);
            if (emptyLine == 0)
            {
                reader.Advance(1);
                continue;
            }
            // Whether the line is empty may show only with the next octets; then the search goes on from this line feed.
            _searched = reader.Consumed;
            headLength = (int)(emptyLine > 0 ? reader.Consumed + 1 + emptyLine : buffer.Length);
            if (headLength > Limits.MaxHeaderBytes) Violate(Violation.HeadersTooLarge(Limits.MaxHeaderBytes));
            return emptyLine > 0;
        }
        _searched = buffer.Length;
        if (_searched > Limits.MaxHeaderBytes) Violate(Violation.HeadersTooLarge(Limits.MaxHeaderBytes));
        return false;
    }

    /// <summary>The length of the empty line behind a line feed: 1 or 2; 0 when another line follows, -1 when that cannot be said yet.</summary>
    private static int EmptyLineAfter(SequenceReader<byte> atLineFeed)
    {
        if (!atLineFeed.TryPeek(1, out var next)) return -1;
        if (next == Lf) return 1;
        if (next != Cr) return 0;
        return atLineFeed.TryPeek(2, out var last) ? (last == Lf ? 2 : 0) : -1;
    }

    /// <summary>The body ends where <c>content-length</c> says, or else at the first NUL (STOMP 1.2, Header content-length). Gives the place of the NUL.</summary>
    private bool TryFindBodyEnd(in ReadOnlySequence<byte> buffer, out long end)
    {
        if (_contentLength is { } length)
        {
            // Where bodies have no limit, the sum of the two can be more than a number holds.
            end = 0;
            if (buffer.Length - _headLength <= length) return false;
            end = _headLength + length;
            if (buffer.Slice(end, 1).FirstSpan[0] != Nul) Violate(Violation.MissingNul, HeadOf(buffer));
            return true;
        }

        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(_searched);
        var found = reader.TryAdvanceTo(Nul, advancePastDelimiter: false);
        end = _searched = found ? reader.Consumed : buffer.Length;
        if (Limits.MaxBodyBytes > 0 && end - _headLength > Limits.MaxBodyBytes) Violate(Violation.FrameTooLarge(Limits.MaxBodyBytes), HeadOf(buffer));
        return found;
    }

    private void ParseHead(ReadOnlySpan<byte> head)
    {
        if (!Utf8.IsValid(head)) Violate(Violation.InvalidUtf8);
        var line = NextLine(head, start: 0, out var next);
        if (!StompCommands.TryParse(head[line], out _command)) Violate(Violation.BadCommand);

        Headers.Clear();
        var isEscaped = Version is not StompVersion.V10 && _command.IsEscaped();
        while (true)
        {
            line = NextLine(head, next, out next);
            if (line.Start.Equals(line.End)) break;
            if (Headers.Count == Limits.MaxHeaders) Violate(Violation.TooManyHeaders(Limits.MaxHeaders), head);
            ParseHeader(head, line, isEscaped);
        }
        _contentLength = ReadContentLength(head);
    }

    private static Range NextLine(ReadOnlySpan<byte> head, int start, out int next)
    {
        var length = head[start..].IndexOf(Lf);
        next = start + length + 1;
        if (length > 0 && head[start + length - 1] == Cr) length--;
        if (head.Slice(start, length).Contains(Cr)) Violate(Violation.StrayCarriageReturn);
        return new Range(start, start + length);
    }

    private void ParseHeader(ReadOnlySpan<byte> head, Range line, bool isEscaped)
    {
        var (start, length) = line.GetOffsetAndLength(head.Length);
        var octets = head.Slice(start, length);
        // Old clients never escape, so a value may hold further colons in every version: the first one counts.
        var colon = octets.IndexOf((byte)':');
        if (colon < 0) Violate(Violation.HeaderWithoutColon, head);
        if (colon == 0) Violate(Violation.HeaderWithoutName, head);
        if (isEscaped && !HeaderEscaping.IsWellFormed(octets)) Violate(Violation.UndefinedEscape, head);

        var value = start + colon + 1;
        var end = start + length;
        // The examples of STOMP 1.0 have a blank behind the colon; later versions forbid to trim. Of which version a CONNECT is shows only from all of it.
        while (Version is StompVersion.V10 && _command.IsEscaped() && value < end && head[value] == ' ') value++;
        Headers.Add(new Range(start, start + colon), new Range(value, end), isEscaped);
    }

    private long? ReadContentLength(ReadOnlySpan<byte> head)
    {
        if (!Headers.TryFind(head, "content-length"u8, out var text, out _)) return null;
        // What is no number is as if it were not there: the body then ends at its NUL. RabbitMQ reads it so.
        if (!Utf8Parser.TryParse(text, out long length, out var consumed) || consumed != text.Length)
        {
            if (!IsLongNumber(text)) return null;
            length = text[0] == '-' ? long.MinValue : long.MaxValue;
        }
        if (length < 0) Violate(Violation.BadContentLength, head);
        // By what is announced, before anything of it is buffered.
        if (Limits.MaxBodyBytes > 0 && length > Limits.MaxBodyBytes) Violate(Violation.FrameTooLarge(Limits.MaxBodyBytes), head);
        return length;
    }

    /// <summary>Whether what could not be read as a number is one all the same, of either sign, and only more than fits.</summary>
    private static bool IsLongNumber(ReadOnlySpan<byte> text)
    {
        var digits = text is [(byte)'-' or (byte)'+', ..] ? text[1..] : text;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    private ReadOnlySpan<byte> HeadOf(in ReadOnlySequence<byte> buffer) => Contiguous(buffer.Slice(0, _headLength)).Span;

    private ReadOnlyMemory<byte> Contiguous(in ReadOnlySequence<byte> head)
    {
        if (head.IsSingleSegment) return head.First;
        _scratch ??= ArrayPool<byte>.Shared.Rent(Limits.MaxHeaderBytes);
        head.CopyTo(_scratch);
        return _scratch.AsMemory(0, (int)head.Length);
    }

    [DoesNotReturn]
    private static void Violate(Violation violation) => throw new StompViolationException(violation);

    /// <summary>Where headers were read already, the receipt that they ask for is told (STOMP 1.2, ERROR).</summary>
    [DoesNotReturn]
    private void Violate(Violation violation, ReadOnlySpan<byte> head) =>
        throw new StompViolationException(violation, Headers.TryFind(head, "receipt"u8, out var receipt, out var isEscaped) ? HeaderTable.Text(receipt, isEscaped) : null);
}
