using System.Collections.Frozen;

namespace Chat.Domain.Users;

/// <summary>Who asks for something, as the verified token tells it.</summary>
/// <param name="Id">The token's <c>sub</c>.</param>
/// <param name="Name">The token's <c>name</c>; the id where it has none.</param>
/// <param name="AvatarUrl">The token's <c>picture</c>.</param>
/// <param name="Roles">The token's <c>roles</c>.</param>
public sealed record Caller(UserId Id, string Name, string? AvatarUrl, FrozenSet<string> Roles)
{
    /// <summary>Role of those who may use the administrators' page and routes.</summary>
    public const string AdminRole = "admin";

    /// <summary>Role of back-end services.</summary>
    public const string ServiceRole = "service";

    public bool IsService => Roles.Contains(ServiceRole);

    public UserProfile Profile => new(Id, Name, AvatarUrl);
}

/// <summary>How a user is shown to others.</summary>
public sealed record UserProfile(UserId Id, string Name, string? AvatarUrl)
{
    /// <summary>Longest name kept, in UTF-16 units; a longer one in a token is cut.</summary>
    public const int MaxNameLength = 128;

    /// <summary>Longest avatar address kept; a longer one in a token is left out.</summary>
    public const int MaxAvatarUrlLength = 1024;
}
