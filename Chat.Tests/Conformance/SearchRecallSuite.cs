using System.Collections.Frozen;
using Chat.Domain.Messages;
using Chat.Domain.Rooms;
using Chat.Domain.Search;
using Chat.Domain.Users;
using Chat.Tests.Search;

namespace Chat.Tests.Conformance;

/// <summary>More than 200 queries in four languages and their mixtures over 20,000 messages: everything that should be found is, and nothing else.</summary>
public abstract class SearchRecallSuite(StoreDatabase database) : StoreSuite(database)
{
    private const int Messages = 20_000;
    private const int Rooms = 30;

    private readonly Caller _alice = new(UserId.Parse("alice"), "Alice", AvatarUrl: null, FrozenSet<string>.Empty);
    private readonly UserId _bob = UserId.Parse("bob");

    [SuiteFact]
    public async Task Everything_that_should_be_found_is_found_and_nothing_else()
    {
        await Node.StartRelayAsync();
        var said = await FillAsync();
        var queries = MadeConversations.Queries();
        queries.Should().HaveCountGreaterThanOrEqualTo(200);

        var wrong = new List<string>();
        var hits = 0;
        foreach (var query in queries)
        {
            var found = (await FindAllAsync(query)).Select(message => message.Id).ToHashSet();
            var expected = said.Where(message => PlainSearch.IsFound(query, message.Text!)).ToList();
            hits += expected.Count;
            wrong.AddRange(expected.Where(message => !found.Remove(message.Id)).Take(3).Select(message => $"'{query}' misses '{message.Text}'"));
            wrong.AddRange(found.Take(3).Select(id => $"'{query}' finds '{said.FirstOrDefault(message => message.Id == id)?.Text}'"));
        }

        wrong.Should().BeEmpty();
        // Not a set of questions without answers.
        hits.Should().BeGreaterThan(10 * queries.Count);
        await Node.StopRelayAsync();
    }

    /// <summary>Alice is a member of all rooms but three; what is said there is not hers to find.</summary>
    /// <returns>What she may find.</returns>
    private async Task<IReadOnlyList<Message>> FillAsync()
    {
        var hers = new List<Room>();
        var others = new List<Room>();
        for (var i = 0; i < Rooms; i++) hers.Add(await Node.CreateRoomAsync(_bob, _alice.Id));
        for (var i = 0; i < 3; i++) others.Add(await Node.CreateRoomAsync(_bob));
        foreach (var room in others) await Node.PostAsync(room.Id, _bob, MadeConversations.Text(1));

        var posted = await Task.WhenAll(Enumerable.Range(0, Messages).Select(i => Node.PostAsync(hers[i * 7 % Rooms].Id, _bob, MadeConversations.Text(i))));
        await EventuallyAsync(Node.IsIndexedAsync);
        return [.. posted.Select(post => post.Value.Message)];
    }

    private async Task<IReadOnlyList<Message>> FindAllAsync(string query)
    {
        var found = new List<Message>();
        MessagePosition? after = null;
        do
        {
            var page = (await Node.Search.ExecuteAsync(_alice, new MessageSearch { Text = query }, after, SearchMessages.MaxLimit, CancellationToken.None)).Value;
            found.AddRange(page.Messages);
            after = page.Next;
        }
        while (after is not null);
        return found;
    }
}
