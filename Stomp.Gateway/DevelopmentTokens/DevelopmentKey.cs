using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Stomp.Gateway.DevelopmentTokens;

/// <summary>The key pair that development tokens are signed with, ES256 (RFC 7518). It is kept in a file, so that tokens outlive a restart.</summary>
internal static class DevelopmentKey
{
    public const string Algorithm = SecurityAlgorithms.EcdsaSha256;

    /// <summary>The key of the file, which is made if it is not there. Two processes that start at once get the same one.</summary>
    public static ECDsaSecurityKey LoadOrCreate(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        if (!File.Exists(path)) Create(path);
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return new ECDsaSecurityKey(key) { KeyId = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()))[..16] };
    }

    private static void Create(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(unfinished, options)) writer.Write(key.ExportPkcs8PrivateKeyPem());
        try
        {
            File.Move(unfinished, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first; its key is the key.
            File.Delete(unfinished);
        }
    }
}
