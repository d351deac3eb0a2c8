using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Chat.Tests.Transcripts;

/// <summary>
/// A conversation as it stands in a <c>*.stomp</c> file: what each client sends, octet for octet, and what it has to hear.
/// </summary>
/// <remarks>
/// A line begins with the client's letter and a sign. <c>A&gt;</c> is sent, <c>A&lt;</c> is expected; lines that follow each other are joined by line feeds, and
/// a frame ends with <c>^@</c>, which is NUL, or with <c>^.</c>, which is nothing. <c>^M</c> is a carriage return, <c>^[7F]</c> an octet.
/// What is sent goes out at once and whole; <c>^[00]</c> within it lets several frames go together.
/// <para>
/// <c>A: connect 1.2</c> opens a connection and logs in as the service, <c>A: connect 1.2 alice</c> as a user; <c>A: open</c> only opens it. <c>A: over tcp</c> names
/// the transport for one client. <c>A: beat</c> waits for a heart-beat, <c>A: closed 1002</c> for the end, behind which nothing more may have come, <c>A: cut</c>
/// drops the connection. <c>A: room tea bob carol</c> makes a room of that user and others, whose id is <c>{tea}</c> from then on;
/// <c>A: token bob</c> makes <c>{token}</c> a token of that user. <c>A: connect</c>, <c>room</c> and <c>token</c> take names as they are; who needs users of their
/// own calls them <c>bob-{unique}</c>.
/// </para>
/// <para>
/// <c>{name}</c> stands for a value that was met before; met for the first time in what is expected, it takes what is there. <c>{unique}</c> is another
/// in each play, <c>{kilo}</c> is 1,024 characters. <c>*</c> in what is expected is any text. Of what is expected every line has to be there, but more headers
/// may be; <c>-name</c> is one that may not. No header may come twice. A line with <c>#</c> is a comment; <c>only: a b</c> names the transports that a
/// transcript is for.
/// </para>
/// </remarks>
internal sealed partial record Transcript(string Name, IReadOnlyList<Step> Steps, IReadOnlyList<string> Only)
{
    public static IEnumerable<string> Names() => Directory.EnumerateFiles(Folder(), "*.stomp").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static Transcript Read(string name)
    {
        var steps = new List<Step>();
        IReadOnlyList<string> only = [];
        var number = 0;
        var block = new List<string>();
        var begin = "";
        foreach (var line in File.ReadAllLines(Path.Combine(Folder(), $"{name}.stomp")))
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.StartsWith("only:", StringComparison.Ordinal))
            {
                only = line[5..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                continue;
            }
            if (line.Length < 2 || line[1] is not ('>' or '<' or ':')) throw new FormatException($"{name}.stomp line {number}: {line}");
            if (block.Count == 0) begin = line[..2];
            else if (line[..2] != begin) throw new FormatException($"{name}.stomp line {number} is within the frame that began with {begin} {block[0]}: {line}");
            var text = line.Length > 3 ? line[3..] : "";
            if (line[1] == ':')
            {
                steps.Add(new Step(number, line[0], ':', text));
                continue;
            }
            block.Add(text);
            if (!text.EndsWith("^@", StringComparison.Ordinal) && !text.EndsWith("^.", StringComparison.Ordinal)) continue;
            steps.Add(new Step(number - block.Count + 1, line[0], line[1], string.Join('\n', block)));
            block.Clear();
        }
        return block.Count == 0 ? new Transcript(name, steps, only) : throw new FormatException($"{name}.stomp ends within a frame.");
    }

    /// <summary>The octets of a text with its signs.</summary>
    public static byte[] Octets(string text)
    {
        var octets = new List<byte>();
        var done = 0;
        foreach (Match sign in Signs().Matches(text))
        {
            octets.AddRange(Encoding.UTF8.GetBytes(text[done..sign.Index]));
            done = sign.Index + sign.Length;
            switch (sign.Value[1])
            {
                case '@': octets.Add(0); break;
                case 'M': octets.Add((byte)'\r'); break;
                case '[': octets.Add(Convert.ToByte(sign.Value[2..4], 16)); break;
            }
        }
        octets.AddRange(Encoding.UTF8.GetBytes(text[done..]));
        return [.. octets];
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"\^(@|\.|M|\[[0-9A-F]{2}\])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Signs();
}

/// <summary>One thing that a client does or hears.</summary>
/// <param name="Line">Where it stands.</param>
/// <param name="Client">Whose it is.</param>
/// <param name="Kind"><c>&gt;</c> sent, <c>&lt;</c> expected, <c>:</c> done.</param>
/// <param name="Text">What.</param>
internal sealed record Step(int Line, char Client, char Kind, string Text);
