namespace Chat.Domain;

/// <summary>A store cannot be reached, or does not answer in time. The caller may be told <c>unavailable</c>; trying again later helps.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
