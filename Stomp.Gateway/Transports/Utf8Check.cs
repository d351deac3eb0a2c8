using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Stomp.Gateway.Transports;

/// <summary>
/// Whether octets that come in pieces, cut anywhere, are UTF-8 (RFC 3629). Of what came it keeps only the first octets of a character
/// that a cut went through, at most three.
/// </summary>
internal struct Utf8Check
{
    private CharacterOctets _start;
    private int _startLength;

    /// <summary>Whether no character waits for the rest of its octets.</summary>
    public readonly bool IsBetweenCharacters => _startLength == 0;

    /// <summary>False when no octets that may follow could make this UTF-8; from then on the check means nothing.</summary>
    public bool Accepts(ReadOnlySpan<byte> octets) => (_startLength == 0 && Utf8.IsValid(octets)) || AcceptsCut(octets);

    private bool AcceptsCut(ReadOnlySpan<byte> octets)
    {
        Span<byte> start = _start;
        while (_startLength > 0)
        {
            if (octets.IsEmpty)
                return true;
            start[_startLength] = octets[0];
            octets = octets[1..];
            switch (Rune.DecodeFromUtf8(start[..(_startLength + 1)], out _, out _))
            {
                case OperationStatus.Done:
                    _startLength = 0;
                    break;
                case OperationStatus.NeedMoreData:
                    _startLength++;
                    break;
                default:
                    return false;
            }
        }

        _startLength = LengthOfCutCharacter(octets);
        octets[^_startLength..].CopyTo(start);
        return Utf8.IsValid(octets[..^_startLength]);
    }

    private static int LengthOfCutCharacter(ReadOnlySpan<byte> octets)
    {
        const int Longest = 3;
        for (var length = 1; length <= Math.Min(Longest, octets.Length); length++)
        {
            var isContinuation = (octets[^length] & 0xC0) == 0x80;
            if (!isContinuation)
                return Rune.DecodeFromUtf8(octets[^length..], out _, out _) == OperationStatus.NeedMoreData ? length : 0;
        }
        return 0;
    }

    [InlineArray(4)]
    private struct CharacterOctets
    {
        private byte _first;
    }
}
