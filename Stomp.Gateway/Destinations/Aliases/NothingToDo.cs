namespace Stomp.Gateway.Destinations.Aliases;

/// <summary>Takes what a frontend sends and the chat has no use for, as "here I am" from somebody whose coming is announced anyway.</summary>
internal sealed class NothingToDo : ISendHandler
{
    public static readonly NothingToDo Handler = new();

    public IReadOnlyList<string> Pattern => [];

    public Task<SendAnswer> HandleAsync(IClientSession session, SendRequest request, CancellationToken cancellationToken) => Task.FromResult(default(SendAnswer));
}
