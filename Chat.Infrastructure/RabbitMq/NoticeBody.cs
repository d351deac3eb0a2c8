using Chat.Domain.Events;
using Chat.Domain.Messages;
using Chat.Domain.Outcomes;
using Chat.Domain.Users;

namespace Chat.Infrastructure.RabbitMq;

/// <summary>A notice on its way between gateways.</summary>
internal sealed record NoticeBody
{
    public string Event { get; init; } = "";
    public string RoomId { get; init; } = "";
    public string? MessageId { get; init; }
    public long? Seq { get; init; }
    public ProfileBody? Sender { get; init; }
    public string? Text { get; init; }
    public string? ThreadRootId { get; init; }
    public int? ReplyCount { get; init; }
    public ProfileBody? User { get; init; }

    /// <summary>In milliseconds since 1970 (UTC), as every time between gateways.</summary>
    public long? MutedUntil { get; init; }
    public long? UpdatedAt { get; init; }
    public string? ScheduledMessageId { get; init; }
    public string? ClientMessageId { get; init; }
    public long? DueAt { get; init; }

    /// <summary>By its name in lower case.</summary>
    public string? Code { get; init; }
    public string? Detail { get; init; }

    public static NoticeBody Of(Notice notice) => new()
    {
        Event = notice.Event,
        RoomId = notice.RoomId.Value,
        MessageId = notice.MessageId?.ToString(),
        Seq = notice.Seq,
        Sender = ProfileBody.Of(notice.Sender),
        Text = notice.Text,
        ThreadRootId = notice.ThreadRootId?.ToString(),
        ReplyCount = notice.ReplyCount,
        User = ProfileBody.Of(notice.User),
        MutedUntil = notice.MutedUntil?.ToUnixTimeMilliseconds(),
        UpdatedAt = notice.UpdatedAt?.ToUnixTimeMilliseconds(),
        ScheduledMessageId = notice.ScheduledMessageId?.ToString(),
        ClientMessageId = notice.ClientMessageId,
        DueAt = notice.DueAt?.ToUnixTimeMilliseconds(),
        Code = notice.Refusal?.Code.ToString().ToLowerInvariant(),
        Detail = notice.Refusal?.Detail,
    };

    /// <summary>Null when it is none of ours.</summary>
    public NoticeSignal? ToSignal(UserId user)
    {
        if (!Domain.Rooms.RoomId.TryParse(RoomId, out var room)) return null;
        return new NoticeSignal(user, new Notice(Event, room)
        {
            MessageId = Parse(MessageId),
            Seq = Seq,
            Sender = Sender?.ToProfile(),
            Text = Text,
            ThreadRootId = Parse(ThreadRootId),
            ReplyCount = ReplyCount,
            User = User?.ToProfile(),
            MutedUntil = Time(MutedUntil),
            UpdatedAt = Time(UpdatedAt),
            ScheduledMessageId = Domain.Scheduling.ScheduledMessageId.TryParse(ScheduledMessageId, out var scheduled) ? scheduled : null,
            ClientMessageId = ClientMessageId,
            DueAt = Time(DueAt),
            Refusal = Enum.TryParse<RefusalCode>(Code, ignoreCase: true, out var code) ? new Refusal(code, Detail ?? "") : null,
        });
    }

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } some ? DateTimeOffset.FromUnixTimeMilliseconds(some) : null;

    private static MessageId? Parse(string? text) => Domain.Messages.MessageId.TryParse(text, out var id) ? id : null;

    internal sealed record ProfileBody(string Id, string Name, string? AvatarUrl)
    {
        public static ProfileBody? Of(UserProfile? profile) => profile is null ? null : new(profile.Id.Value, profile.Name, profile.AvatarUrl);

        public UserProfile? ToProfile() => UserId.TryParse(Id, out var id) ? new UserProfile(id, Name, AvatarUrl) : null;
    }
}
