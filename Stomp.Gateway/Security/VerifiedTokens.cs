using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Stomp.Gateway.Security;

/// <summary>
/// Tokens whose signature was found good lately, so that who comes back, or asks by HTTP again and again, costs no signature each time. They are known by their
/// SHA-256: nothing here can be sent as a token. What may change meanwhile, such as whether a token has ended or was revoked, is for others to look at.
/// </summary>
internal sealed class VerifiedTokens
{
    /// <summary>Each takes about half a kilobyte. When there are as many, it begins anew: each token then costs one signature more.</summary>
    public const int Most = 20_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, (VerifiedToken Token, object Keys)> _tokens = [];

    public int Count
    {
        get { lock (_lock) return _tokens.Count; }
    }

    /// <summary>What the token says; null when it is not known, or was verified by other keys than those of now.</summary>
    public VerifiedToken? Find(string token, object keys)
    {
        var digest = Digest.Of(token);
        lock (_lock) return _tokens.TryGetValue(digest, out var known) && ReferenceEquals(known.Keys, keys) ? known.Token : null;
    }

    /// <summary>Notes that these keys found the token good.</summary>
    public void Add(string token, object keys, VerifiedToken verified)
    {
        var digest = Digest.Of(token);
        lock (_lock)
        {
            if (_tokens.Count == Most && !_tokens.ContainsKey(digest)) _tokens.Clear();
            _tokens[digest] = (verified, keys);
        }
    }

    private readonly record struct Digest(UInt128 First, UInt128 Second)
    {
        public static Digest Of(string token)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), hash);
            return new Digest(BinaryPrimitives.ReadUInt128LittleEndian(hash), BinaryPrimitives.ReadUInt128LittleEndian(hash[16..]));
        }
    }
}
