using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChatStomp.Bench.Results;

/// <summary>One run of a scenario on one server, as it is kept: a line of JSON.</summary>
/// <param name="Scenario">Its short name, <c>F1</c>.</param>
/// <param name="Subject">The server's name.</param>
/// <param name="At">When it ended.</param>
/// <param name="Seconds">How long it took, with starting the server and stopping it.</param>
/// <param name="Build">Version and commit of what was measured.</param>
/// <param name="Machine">What it ran on.</param>
/// <param name="Values">What was measured, by name with its unit; nothing when it failed.</param>
/// <param name="Failure">Why there is nothing.</param>
internal sealed record Run(
    string Scenario, string Subject, DateTimeOffset At, double Seconds, string Build, string Machine, IReadOnlyDictionary<string, double> Values, string? Failure = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All runs of a file that <see cref="AppendTo"/> wrote.</summary>
    public static IEnumerable<Run> ReadFrom(string file) => File.ReadLines(file).Select(line => JsonSerializer.Deserialize<Run>(line, Json)!);

    public void AppendTo(string file) => File.AppendAllLines(file, [JsonSerializer.Serialize(this, Json)]);

    public override string ToString() =>
        $"{Scenario} · {Subject} · {Seconds:N0} s: {Failure ?? string.Join(" · ", Values.Select(v => $"{v.Key} {Text.Of(v.Value)}"))}";
}
