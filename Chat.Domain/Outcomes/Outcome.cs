using System.Diagnostics.CodeAnalysis;

namespace Chat.Domain.Outcomes;

/// <summary>What came of a request: a value, or the chat's <see cref="Outcomes.Refusal"/>. A failure of the world is an exception instead.</summary>
public readonly struct Outcome<T>
{
    private readonly T _value;

    private Outcome(T value, Refusal? refusal) => (_value, Refusal) = (value, refusal);

    /// <summary>Why not; null when there is a value.</summary>
    public Refusal? Refusal { get; }

    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public T Value => Refusal is null ? _value : throw new InvalidOperationException($"Refused: {Refusal.Code}.");

    /// <summary>Takes the value out, or the refusal.</summary>
    public bool TryGet([MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out Refusal? refusal)
    {
        value = _value;
        refusal = Refusal;
        return refusal is null;
    }

    internal static Outcome<T> Good(T value) => new(value, refusal: null);

    public static implicit operator Outcome<T>(T value) => Good(value);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default!, refusal);
}

/// <summary>Makes outcomes of values whose type is an interface, for which the language allows no conversion.</summary>
public static class Outcome
{
    public static Outcome<T> Of<T>(T value) => Outcome<T>.Good(value);
}
