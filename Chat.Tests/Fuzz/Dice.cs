using System.Numerics;

namespace Chat.Tests.Fuzz;

/// <summary>
/// Random choices that are the same for the same seed in every version of .NET, which <see cref="Random"/> does not promise, so that a find of today can be
/// thrown again in years. SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators).
/// </summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next64()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 to one less than <paramref name="bound"/>.</summary>
    public int Next(int bound) => (int)Math.BigMul(Next64(), (ulong)bound, out _);

    /// <summary>From one to the other, both included.</summary>
    public int Between(int least, int most) => least + Next(most - least + 1);

    /// <summary>Small numbers often, and up to the bound seldom: each further bit half as likely.</summary>
    public int Few(int bound) => Math.Min(Next(1 << Math.Min(BitOperations.TrailingZeroCount(Next64()) + 1, 20)), bound);

    public bool OneIn(int times) => Next(times) == 0;

    public T Pick<T>(params ReadOnlySpan<T> items) => items[Next(items.Length)];

    public byte Octet() => (byte)Next64();
}
