namespace Chat.Domain.Users;

/// <summary>
/// Who somebody is: the <c>sub</c> of the Auth Server's tokens. Opaque, 1 to 64 characters, compared octet by octet.
/// Control characters and blanks at either end are refused, because databases differ in whether they see them.
/// </summary>
public readonly record struct UserId
{
    public const int MaxLength = 64;

    private UserId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse(string? text, out UserId id)
    {
        id = default;
        if (!OpaqueText.IsIdentifier(text, MaxLength)) return false;
        id = new UserId(text!);
        return true;
    }

    /// <exception cref="FormatException">The text is no user id.</exception>
    public static UserId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException("A user id has 1 to 64 characters, none of them a control character, and no blank at either end.");

    public override string ToString() => Value;
}
