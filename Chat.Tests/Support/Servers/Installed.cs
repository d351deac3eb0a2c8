namespace Chat.Tests.Support.Servers;

/// <summary>Where the machine keeps the programs that the tests drive, and a sentence for each that is not there.</summary>
internal static class Installed
{
    // Servers live outside the PATH of an ordinary user; PostgreSQL keeps one folder per major version, RabbitMQ hides the
    // script that runs as the caller behind one that insists on its own account.
    private static readonly string[] Folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
        "/usr/sbin",
        "/usr/local/sbin",
        .. PostgresFolders(),
    ];

    /// <summary>The full path of <paramref name="program"/>.</summary>
    /// <exception cref="FileNotFoundException">It is not installed; the message names the package to install.</exception>
    public static string PathOf(Server server, string program) => Find(program) ?? throw new FileNotFoundException(Sentence(server, program));

    /// <summary>Why tests that need <paramref name="server"/> cannot run here, or null when they can.</summary>
    public static string? WhyMissing(Server server)
    {
        if (Programs(server).FirstOrDefault(program => Find(program) is null) is { } program)
            return Sentence(server, program);

        return server == Server.Node && !Directory.Exists(NodeScript.ModulesFolder)
            ? "The test clients' packages are not installed: npm ci --prefix Chat.Tests/Clients"
            : null;
    }

    private static string[] Programs(Server server) => server switch
    {
        Server.MariaDb => ["mariadbd", "mariadb-install-db"],
        Server.Postgres => ["postgres", "initdb"],
        Server.Redis => ["redis-server"],
        Server.RabbitMq => [RabbitMqServer.Program, "epmd"],
        Server.Chromium => ["chromium"],
        Server.Node => ["node"],
        // The system's own interpreters: another on the PATH would not know the system's libraries.
        Server.StompPy => ["/usr/bin/python3", "/usr/lib/python3/dist-packages/stomp/__init__.py"],
        Server.NetStomp => ["/usr/bin/perl", "/usr/share/perl5/Net/Stomp.pm"],
        _ => throw new ArgumentOutOfRangeException(nameof(server), server, message: null),
    };

    private static string Sentence(Server server, string program) => $"{program} is not installed: apt-get install {Package(server)}";

    private static string Package(Server server) => server switch
    {
        Server.MariaDb => "mariadb-server",
        Server.Postgres => "postgresql",
        Server.Redis => "redis-server",
        Server.RabbitMq => "rabbitmq-server",
        Server.Chromium => "chromium",
        Server.Node => "nodejs",
        Server.StompPy => "python3-stomp",
        Server.NetStomp => "libnet-stomp-perl",
        _ => throw new ArgumentOutOfRangeException(nameof(server), server, message: null),
    };

    private static string? Find(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> PostgresFolders() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(version => int.Parse(Path.GetFileName(version))).Select(version => version + "/bin")
        : [];
}
