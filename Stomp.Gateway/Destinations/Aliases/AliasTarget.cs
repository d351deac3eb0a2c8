using System.Text.Json;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;

namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>Where an alias leads: <c>/topic/rooms/{roomId}</c>, with variables of the pattern and, of a SEND, fields of the body.</summary>
internal sealed class AliasTarget
{
    private const string BodyPrefix = "body.";

    private readonly TextTemplate _text;
    private readonly IReadOnlyList<string> _variables;
    private readonly IReadOnlyDictionary<string, FieldPath> _fields;

    private AliasTarget(TextTemplate text, IReadOnlyList<string> variables, IReadOnlyDictionary<string, FieldPath> fields) =>
        (_text, _variables, _fields) = (text, variables, fields);

    public bool UsesBody => _fields.Count > 0;

    /// <summary>Whether it is always the same.</summary>
    public bool IsFixed => _variables.Count == 0;

    /// <summary>With <c>x</c> for each variable, for looking at its form.</summary>
    public Destination Example => Destination.Parse(_text.Fill([.. _variables.Select(_ => "x")]));

    /// <exception cref="FormatException">It has a variable that nothing gives a value.</exception>
    public static AliasTarget Parse(string text, AliasPattern pattern, bool hasBody)
    {
        if (!TextTemplate.TryParse(text, out var template)) throw new FormatException($"\"{text}\" has a brace that is not part of a {{variable}}");
        var variables = template.Holes.ToList();
        var fields = variables.Where(v => hasBody && v.StartsWith(BodyPrefix, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)
            .ToDictionary(v => v, v => FieldPath.Parse(v[BodyPrefix.Length..]), StringComparer.Ordinal);
        return variables.Find(v => !fields.ContainsKey(v) && !pattern.Variables.Contains(v, StringComparer.Ordinal)) is { } unknown
            ? throw new FormatException($"\"{text}\" has the variable {{{unknown}}}, which nothing gives a value")
            : new AliasTarget(template, variables, fields);
    }

    /// <summary>Fills the variables in. Each has to be a room's id: whatever else a page might write cannot lead anywhere else.</summary>
    public Outcome<Destination> Fill(IReadOnlyDictionary<string, string> variables, JsonElement body)
    {
        var values = new List<string>(_variables.Count);
        foreach (var name in _variables)
        {
            var value = _fields.TryGetValue(name, out var field) ? field.FindText(body) : variables[name];
            if (!RoomId.TryParse(value, out _)) return Refusal.NotFound($"There is no such destination: {name} is no room's id.");
            values.Add(value!);
        }
        return Destination.Parse(_text.Fill(values));
    }
}
