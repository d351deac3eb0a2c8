using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Rooms;
using Chat.Domain.Users;

namespace Chat.Domain.Drafts;

/// <summary>Keeps what a member has begun to write, or forgets it, and tells the member's devices.</summary>
public sealed class SaveDraft(IDraftStore drafts, IEventBus bus)
{
    /// <summary>Keeps the text; one of nothing but blanks clears the draft, and the answer is null then.</summary>
    public async ValueTask<Outcome<Draft?>> ExecuteAsync(Caller caller, RoomId room, string text, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text)) return await ClearAsync(caller, room, cancellationToken) is { } refused ? refused : (Draft?)null;
        if (MessageText.Check(text) is { } wrong) return wrong;
        if (!(await drafts.SaveAsync(room, caller.Id, text, cancellationToken)).TryGet(out var draft, out var refusal)) return refusal;
        bus.Signal(new NoticeSignal(caller.Id, new Notice(Notice.DraftChanged, room) { Text = MessageQuote.Begin(text), UpdatedAt = draft.UpdatedAt }));
        return draft;
    }

    /// <summary>Forgets the draft; success also where there is none.</summary>
    public async ValueTask<Refusal?> ClearAsync(Caller caller, RoomId room, CancellationToken cancellationToken)
    {
        if (!(await drafts.RemoveAsync(room, caller.Id, cancellationToken)).TryGet(out var wasThere, out var refusal)) return refusal;
        if (wasThere) bus.Signal(new NoticeSignal(caller.Id, new Notice(Notice.DraftRemoved, room)));
        return null;
    }
}
