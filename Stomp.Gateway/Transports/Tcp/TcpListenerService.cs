using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Stomp.Gateway.Options;

namespace Stomp.Gateway.Transports.Tcp;

/// <summary>The plain TCP listener, for services and for Spring's broker relay; with TLS where a certificate is configured.</summary>
internal sealed partial class TcpListenerService(
    TcpOptions options, AuthOptions auth, IConnectionRunner runner, IHostApplicationLifetime lifetime, ILogger<TcpListenerService> logger) : BackgroundService
{
    private const int Backlog = 512;

    /// <summary>Accepting fails when there are no more file handles; it is tried again when some may be free.</summary>
    private static readonly TimeSpan PauseWhenFailing = TimeSpan.FromMilliseconds(200);

    private Socket? _listener;
    private SslServerAuthenticationOptions? _tls;

    /// <exception cref="SettingException">The port is taken, or the certificate cannot be read.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Port == 0) return;
        _tls = LoadTls();
        _listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(new IPEndPoint(IPAddress.Parse(options.Address), options.Port));
            _listener.Listen(Backlog);
        }
        catch (SocketException e)
        {
            _listener.Dispose();
            throw new SettingException($"Stomp:Tcp:Port is {options.Port}, which cannot be listened on at {options.Address}: {e.Message}. Another port, or 0 for none, is set by it.", e);
        }
        Log.Listening(logger, options.Address, options.Port, _tls is null ? "without" : "with");
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _listener?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener!.AcceptAsync(stoppingToken);
                _ = ServeAsync(socket);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                Log.Stopped(logger);
            }
            catch (SocketException e)
            {
                Log.AcceptFailed(logger, e);
                await Task.Delay(PauseWhenFailing, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                socket.NoDelay = true;
                var origin = new ClientOrigin((socket.RemoteEndPoint as IPEndPoint)?.Address, Token: null);
                await using var stream = await OpenStreamAsync(socket);
                await runner.RunAsync(new TcpTransport(socket, stream), origin, lifetime.ApplicationStopping);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // Before the connection began: no TLS, not in time, or gone.
                Log.HandshakeFailed(logger, e);
            }
            catch (Exception e)
            {
                Log.ConnectionFailed(logger, e);
            }
        }
    }

    private async ValueTask<Stream> OpenStreamAsync(Socket socket)
    {
        var stream = new NetworkStream(socket, ownsSocket: false);
        if (_tls is null) return stream;
        var tls = new SslStream(stream);
        try
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
            bound.CancelAfter(auth.ConnectTimeout);
            await tls.AuthenticateAsServerAsync(_tls, bound.Token);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private SslServerAuthenticationOptions? LoadTls()
    {
        if (string.IsNullOrEmpty(options.CertificatePath)) return null;
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(options.CertificatePath, options.CertificateKeyPath);
            return new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new SettingException(
                $"Stomp:Tcp:CertificatePath is \"{options.CertificatePath}\", from which no certificate with its key can be read: {e.Message} "
                + "It is a PEM file; the key is in it or in Stomp:Tcp:CertificateKeyPath.",
                e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Information, "STOMP over TCP at {Address}:{Port}, {With} TLS")]
        public static partial void Listening(ILogger logger, string address, int port, string with);

        [LoggerMessage(2202, LogLevel.Debug, "The TCP listener has stopped")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(2203, LogLevel.Warning, "A TCP connection could not be accepted; trying again")]
        public static partial void AcceptFailed(ILogger logger, Exception exception);

        [LoggerMessage(2204, LogLevel.Debug, "A TCP connection came to nothing")]
        public static partial void HandshakeFailed(ILogger logger, Exception exception);

        [LoggerMessage(2205, LogLevel.Error, "A TCP connection failed")]
        public static partial void ConnectionFailed(ILogger logger, Exception exception);
    }
}
