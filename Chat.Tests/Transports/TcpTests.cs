using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Chat.Infrastructure.Sql;
using Chat.Tests.Journeys;
using Chat.Tests.Support.Servers;
using Microsoft.AspNetCore.Builder;

namespace Chat.Tests.Transports;

/// <summary>What is TCP's own, with TLS and without: the octets between the frames, and the end.</summary>
public sealed class TcpTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatstomp-").FullName;
    private readonly int _port = FreePort.Next();

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_line_feed_follows_each_frame_and_behind_an_ERROR_comes_an_orderly_end(bool isTls)
    {
        await using var gateway = await StartAsync(isTls);
        using var client = new TcpClient("127.0.0.1", _port);
        await using var stream = isTls ? await SecureAsync(client) : client.GetStream();

        await SendAsync(stream, $"CONNECT\naccept-version:1.2\nAuthorization:Bearer {TestTokens.Issue("alice")}\n\n\0");
        (await ReadAsync(stream, "\0\n")).Should().StartWith("CONNECTED\n").And.EndWith("\n\n\0\n");
        // The client goes on sending: what nobody reads any more must not reset the connection before it has the ERROR.
        var flood = SendAsync(stream, "NONSENSE\n\n\0" + new string('\n', 4 * 1024 * 1024));

        var farewell = await ReadAsync(stream, until: null);
        farewell.Should().StartWith("ERROR\n").And.Contain("message:Bad command").And.EndWith("\0\n");
        try
        {
            await flood;
        }
        catch (IOException)
        {
            // The server had waited long enough for its end.
        }
        await gateway.StopAsync();
    }

    [Fact]
    public async Task Who_does_not_speak_TLS_where_it_is_wanted_gets_no_answer_and_others_do()
    {
        await using var gateway = await StartAsync(isTls: true);
        using (var plain = new TcpClient("127.0.0.1", _port))
        {
            await SendAsync(plain.GetStream(), "CONNECT\naccept-version:1.2\n\n\0");
            (await ReadAsync(plain.GetStream(), until: null)).Should().NotContain("CONNECTED").And.NotContain("ERROR");
        }
        using var client = new TcpClient("127.0.0.1", _port);
        await using var stream = await SecureAsync(client);

        await SendAsync(stream, $"CONNECT\naccept-version:1.2\nAuthorization:Bearer {TestTokens.Issue("alice")}\n\n\0");

        (await ReadAsync(stream, "\0\n")).Should().StartWith("CONNECTED\n");
        await gateway.StopAsync();
    }

    private async Task<WebApplication> StartAsync(bool isTls)
    {
        List<string> settings =
        [
            $"--Gateway:Urls=http://127.0.0.1:{FreePort.Next()}", $"--Stomp:Tcp:Port={_port}", $"--Database:ConnectionString=Data Source={Path.Combine(_folder, "chat.db")}",
            $"--Auth:SymmetricKey={GatewayProcess.SharedKey}", "--Logging:LogLevel:Default=Error",
        ];
        if (isTls) settings.Add($"--Stomp:Tcp:CertificatePath={WriteCertificate()}");
        var gateway = Program.Compose([.. settings]);
        await gateway.Services.MigrateAsync(CancellationToken.None);
        await gateway.StartAsync();
        return gateway;
    }

    /// <summary>A certificate of its own with its key, in one file.</summary>
    private string WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddDays(1));
        var path = Path.Combine(_folder, "tls.pem");
        File.WriteAllText(path, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return path;
    }

    private static async Task<Stream> SecureAsync(TcpClient client)
    {
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate?.Subject == "CN=localhost");
        await stream.AuthenticateAsClientAsync("localhost").WaitAsync(Patience);
        return stream;
    }

    private static Task SendAsync(Stream stream, string text) => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask().WaitAsync(Patience);

    /// <summary>All that comes up to some octets, or to the end.</summary>
    private static async Task<string> ReadAsync(Stream stream, string? until)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (until is null || !text.ToString().EndsWith(until, StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer).AsTask().WaitAsync(Patience);
            if (count == 0) return until is null ? text.ToString() : throw new EndOfStreamException(text.ToString());
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        return text.ToString();
    }
}
