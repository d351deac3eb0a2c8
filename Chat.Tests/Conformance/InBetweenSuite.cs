using Chat.Domain.Events;
using Chat.Domain.Users;
using Chat.Tests.Domain;

namespace Chat.Tests.Conformance;

/// <summary>What is right although something is committed between two steps of one call, on whatever database.</summary>
public abstract class InBetweenSuite(StoreDatabase database) : StoreSuite(database)
{
    private readonly UserId _alice = UserId.Parse("alice");
    private readonly UserId _bob = UserId.Parse("bob");

    [SuiteFact]
    public async Task No_event_of_a_replay_shows_its_message_as_it_was_before_it()
    {
        var room = await Node.CreateRoomAsync(_alice, _bob);
        var message = (await Node.PostAsync(room.Id, _alice, "first")).Value.Message;

        var replay = await Node.EventsAsync(
            room.Id,
            message.Seq - 1,
            // Behind the first of the two reads that find what happened.
            async before =>
            {
                if (before == 1) await Node.EditMessage.ExecuteAsync(ScriptedMessage.CallerOf("alice"), room.Id, message.Id, "second", CancellationToken.None);
            });

        replay.Should().AllBeAssignableTo<MessageEvent>().And.OnlyContain(e => ((MessageEvent)e).Message.Text == "second");
        replay.Select(e => e.Seq).Should().Equal(message.Seq);
        (await Node.EventsAsync(room.Id, message.Seq)).Should().ContainSingle().Which.Should().Match<MessageEdited>(e => e.Message.Text == "second");
    }
}
