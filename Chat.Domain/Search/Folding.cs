using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Chat.Domain.Search;

/// <summary>
/// Makes texts that people take for the same the same: NFKC_Casefold (Unicode Standard, section 5.18.4). Half and full width, upper and lower case, and letters
/// that are put together in one way or another become one; what has no shape of its own, such as a variation selector or a joiner, goes.
/// </summary>
/// <remarks>The runtime does this by ICU alone, which the program does without; the data is in folding.txt, and make-folding.py makes it.</remarks>
internal static class Folding
{
    // Hangul syllables are composed by arithmetic (Unicode Standard, section 3.12).
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int SyllableBase = 0xAC00;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;
    private const int Syllables = Leads * Vowels * Trails;

    private static readonly Data Table = Data.Load();

    /// <exception cref="ArgumentException">The text has half of a surrogate pair.</exception>
    public static string Fold(string text)
    {
        if (Ascii.IsValid(text)) return text.ToLowerInvariant();
        var runes = new List<Rune>(text.Length);
        var mayCompose = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii) runes.Add(Rune.ToLowerInvariant(rune));
            else if (IsUnchanged(rune.Value)) runes.Add(rune);
            else mayCompose |= Append(runes, rune);
        }
        return Join(mayCompose ? Compose(Reorder(Decompose(runes))) : runes);
    }

    /// <summary>The bulk of what is said in Chinese, Japanese and Korean needs no look into the tables.</summary>
    private static bool IsUnchanged(int code) => code is (>= 0x3041 and <= 0x3096) or (>= 0x30A1 and <= 0x30FE) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xAC00 and <= 0xD7A3);

    /// <summary>Whether something of it may go together with what stands before it.</summary>
    private static bool Append(List<Rune> runes, Rune rune)
    {
        // Language tags, and what is reserved for their like: none has a shape.
        if (rune.Value is >= 0xE0000 and <= 0xE0FFF) return false;
        if (!Table.Folded.TryGetValue(rune.Value, out var folded))
        {
            runes.Add(rune);
            return MayFollow(rune.Value);
        }
        runes.AddRange(folded);
        return Array.Exists(folded, piece => MayFollow(piece.Value));
    }

    private static bool MayFollow(int code) => Table.Classes.ContainsKey(code) || Table.Seconds.Contains(code) || code is > LeadBase + Leads and < 0x1200;

    private static List<Rune> Decompose(List<Rune> runes)
    {
        var parts = new List<Rune>(runes.Count);
        foreach (var rune in runes) AddParts(rune);
        return parts;

        void AddParts(Rune rune)
        {
            if (!Table.Parts.TryGetValue(rune.Value, out var pair))
            {
                parts.Add(rune);
                return;
            }
            AddParts(new Rune(pair.First));
            AddParts(new Rune(pair.Second));
        }
    }

    /// <summary>Puts marks on one letter into the order of their classes; within a class their order means something and stays.</summary>
    private static List<Rune> Reorder(List<Rune> runes)
    {
        for (var start = 0; start < runes.Count; start++)
        {
            var end = start;
            while (end < runes.Count && ClassOf(runes[end]) != 0) end++;
            if (end - start < 2) continue;
            var sorted = runes[start..end].OrderBy(ClassOf).ToList();
            for (var i = 0; i < sorted.Count; i++) runes[start + i] = sorted[i];
            start = end;
        }
        return runes;
    }

    /// <summary>The canonical composition algorithm (Unicode Standard, section 3.11, D117).</summary>
    private static List<Rune> Compose(List<Rune> runes)
    {
        var composed = new List<Rune>(runes.Count);
        var starter = -1;
        var lastClass = 0;
        foreach (var rune in runes)
        {
            var itsClass = ClassOf(rune);
            var isBlocked = starter < 0 || (composed.Count - 1 > starter && (lastClass == 0 || lastClass >= itsClass));
            if (!isBlocked && TryCompose(composed[starter].Value, rune.Value) is { } whole)
            {
                composed[starter] = new Rune(whole);
                continue;
            }
            if (itsClass == 0) starter = composed.Count;
            lastClass = itsClass;
            composed.Add(rune);
        }
        return composed;
    }

    private static int? TryCompose(int first, int second)
    {
        if (first - LeadBase is >= 0 and < Leads && second - VowelBase is >= 0 and < Vowels)
            return SyllableBase + ((((first - LeadBase) * Vowels) + second - VowelBase) * Trails);
        if (first - SyllableBase is >= 0 and < Syllables && (first - SyllableBase) % Trails == 0 && second - TrailBase is > 0 and < Trails)
            return first + second - TrailBase;
        return Table.Wholes.TryGetValue((first, second), out var whole) ? whole : null;
    }

    private static int ClassOf(Rune rune) => Table.Classes.GetValueOrDefault(rune.Value);

    private static string Join(List<Rune> runes)
    {
        var text = new StringBuilder(runes.Count + 16);
        // Appended as it is, a rune would be boxed and made a string of its own.
        Span<char> utf16 = stackalloc char[2];
        foreach (var rune in runes) text.Append(utf16[..rune.EncodeToUtf16(utf16)]);
        return text.ToString();
    }

    /// <summary>What folding.txt holds.</summary>
    private sealed class Data
    {
        public required FrozenDictionary<int, Rune[]> Folded { get; init; }
        public required FrozenDictionary<(int First, int Second), int> Wholes { get; init; }
        public required FrozenDictionary<int, (int First, int Second)> Parts { get; init; }
        public required FrozenSet<int> Seconds { get; init; }
        public required FrozenDictionary<int, int> Classes { get; init; }

        public static Data Load()
        {
            var (folded, wholes, classes) = (new Dictionary<int, Rune[]>(), new Dictionary<(int, int), int>(), new Dictionary<int, int>());
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Chat.Domain.Search.folding.txt")!);
            while (reader.ReadLine() is { } line)
            {
                var fields = line.Split(' ');
                switch (fields[0])
                {
                    case "F":
                        folded[Hex(fields[1])] = [.. fields[2..].Select(code => new Rune(Hex(code)))];
                        break;
                    case "P":
                        wholes[(Hex(fields[1]), Hex(fields[2]))] = Hex(fields[3]);
                        break;
                    case "C":
                        for (var code = Hex(fields[2]); code <= Hex(fields[3]); code++) classes[code] = int.Parse(fields[1], CultureInfo.InvariantCulture);
                        break;
                }
            }
            return new Data
            {
                Folded = folded.ToFrozenDictionary(),
                Wholes = wholes.ToFrozenDictionary(),
                Parts = wholes.ToFrozenDictionary(pair => pair.Value, pair => pair.Key),
                Seconds = wholes.Keys.Select(pair => pair.Item2).ToFrozenSet(),
                Classes = classes.ToFrozenDictionary(),
            };
        }

        private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
