using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Stomp.Gateway.Security;

/// <summary>A passcode's hash as the settings have it: <c>pbkdf2-sha256$600000$salt$hash</c>, salt and hash in Base64 (RFC 8018 section 5.2).</summary>
internal sealed class PasscodeHash
{
    /// <summary>What OWASP's Password Storage Cheat Sheet asks for with SHA-256.</summary>
    public const int DefaultIterations = 600_000;

    private const string Scheme = "pbkdf2-sha256";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;
    private const int LeastIterations = 100_000;
    private const int MostIterations = 10_000_000;

    private readonly int _iterations;
    private readonly byte[] _salt;
    private readonly byte[] _hash;

    private PasscodeHash(int iterations, byte[] salt, byte[] hash) => (_iterations, _salt, _hash) = (iterations, salt, hash);

    public static PasscodeHash Of(string passcode, int iterations)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return new PasscodeHash(iterations, salt, Derive(passcode, salt, iterations));
    }

    /// <summary>Null when it is not of that form, or too weak.</summary>
    public static PasscodeHash? Parse(string? text)
    {
        if (text?.Split('$') is not [Scheme, var iterations, var salt, var hash]) return null;
        if (!int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < LeastIterations or > MostIterations) return null;
        return Octets(salt, SaltBytes) is { } saltOctets && Octets(hash, HashBytes) is { } hashOctets ? new PasscodeHash(count, saltOctets, hashOctets) : null;
    }

    public bool Matches(string passcode) => CryptographicOperations.FixedTimeEquals(Derive(passcode, _salt, _iterations), _hash);

    public override string ToString() => $"{Scheme}${_iterations}${Convert.ToBase64String(_salt)}${Convert.ToBase64String(_hash)}";

    private static byte[] Derive(string passcode, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passcode), salt, iterations, HashAlgorithmName.SHA256, HashBytes);

    private static byte[]? Octets(string base64, int length)
    {
        var octets = new byte[length];
        return Convert.TryFromBase64String(base64, octets, out var written) && written == length ? octets : null;
    }
}
