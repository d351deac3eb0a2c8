using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Chat.Domain.Webhooks;

/// <summary>What opens a webhook. It is shown once, to who made it; only <see cref="Hash"/> is kept.</summary>
public sealed class WebhookSecret
{
    /// <summary>256 random bits. Nobody guesses them, so a hash without salt and rounds keeps them as well as one with.</summary>
    private const int Bytes = 32;

    private WebhookSecret(string text) => Text = text;

    /// <summary>As it stands in the webhook's address: base64url.</summary>
    public string Text { get; }

    /// <summary>The lower-case hexadecimal SHA-256 of <see cref="Text"/>.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)));

    public static WebhookSecret New() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>Takes any text: one that opens nothing is found out by its hash.</summary>
    public static WebhookSecret Of(string text) => new(text);
}
