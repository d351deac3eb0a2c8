namespace Chat.Infrastructure.Sql;

/// <summary>Something that a transaction goes by is not so any more: it is undone and tried again, as after a conflict that the database found itself.</summary>
internal sealed class LostRaceException(string message) : Exception(message);
