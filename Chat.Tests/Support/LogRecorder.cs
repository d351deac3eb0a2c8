using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Chat.Tests.Support;

/// <summary>Keeps every log line of a program.</summary>
internal sealed class LogRecorder : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, int Event, string Text)> _lines = [];

    public IReadOnlyCollection<(LogLevel Level, int Event, string Text)> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, eventId.Id, exception is null ? formatter(state, null) : $"{formatter(state, exception)}\n{exception}"));

    public void Dispose()
    {
        // What was recorded stays readable.
    }
}
