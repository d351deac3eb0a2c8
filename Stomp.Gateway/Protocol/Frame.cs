using System.Buffers;

namespace Stomp.Gateway.Protocol;

/// <summary>
/// A client's frame. It borrows the memory of the pipe that it came by and the tables of its reader: it is good until the reader is asked for the next one.
/// </summary>
internal readonly struct Frame
{
    private readonly HeaderTable _headers;
    private readonly ReadOnlyMemory<byte> _head;

    public Frame(StompCommand command, ReadOnlyMemory<byte> head, HeaderTable headers, ReadOnlySequence<byte> body)
    {
        Command = command;
        _head = head;
        _headers = headers;
        Body = body;
    }

    public StompCommand Command { get; }

    /// <summary>The octets of the body; empty for a command whose body means nothing.</summary>
    public ReadOnlySequence<byte> Body { get; }

    /// <summary>How many headers there are, repeated ones included.</summary>
    public int HeaderCount => _headers.Count;

    /// <summary>The value of the first header of that name, unescaped; null when there is none.</summary>
    public string? GetHeader(ReadOnlySpan<byte> name) =>
        _headers.TryFind(_head.Span, name, out var value, out var isEscaped) ? HeaderTable.Text(value, isEscaped) : null;

    /// <summary>The same frame in memory of its own, good for as long as it is wanted.</summary>
    public Frame Detach() => new(Command, _head.ToArray(), _headers.Clone(), new ReadOnlySequence<byte>(Body.ToArray()));

    /// <summary>The same frame with this body, and a <c>content-type</c> that says what it is. <c>content-length</c> stays that of the old one: it has done its work.</summary>
    public Frame WithJson(ReadOnlyMemory<byte> json)
    {
        ReadOnlySpan<byte> name = "content-type"u8, value = "application/json"u8;
        byte[] head = [.. _head.Span, .. name, .. value];
        var (nameStart, valueStart) = (_head.Length, _head.Length + name.Length);
        var headers = _headers.Replace(head, nameStart..valueStart, valueStart..head.Length);
        return new Frame(Command, head, headers, new ReadOnlySequence<byte>(json));
    }

    /// <summary>How many octets it takes to keep it.</summary>
    public long Length => _head.Length + Body.Length;

    /// <summary>One of the headers in their order, unescaped.</summary>
    public (string Name, string Value) GetHeaderAt(int index) => _headers.Get(_head.Span, index);
}
