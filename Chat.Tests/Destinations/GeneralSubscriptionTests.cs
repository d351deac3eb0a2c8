using Chat.Domain.Brokering;
using Chat.Domain.Users;
using Stomp.Gateway.Delivery;
using Stomp.Gateway.Destinations;
using Stomp.Gateway.Destinations.General;
using Stomp.Gateway.Protocol;
using Stomp.Gateway.Security;
using Stomp.Gateway.Transports;

namespace Chat.Tests.Destinations;

/// <summary>A message that is on its way to a client while the client ends its subscription.</summary>
public sealed class GeneralSubscriptionTests
{
    private static readonly BrokerDelivery Delivery = new(1, new QueueAddress("q"), new BrokerMessage("hello"u8.ToArray()), IsRedelivered: false);

    private readonly FullClient _client = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task What_waits_for_room_is_given_up_when_the_subscription_ends_and_nobody_has_to_acknowledge_it()
    {
        await using var subscription = Begin();
        var delivering = subscription.DeliverAsync(Delivery);

        var ending = subscription.DisposeAsync();

        await FluentActions.Awaiting(() => delivering.AsTask()).Should().ThrowAsync<OperationCanceledException>();
        ending.IsCompleted.Should().BeFalse("the broker has not ended it yet");
        _ended.SetResult();
        await ending;
        (_client.Offered, _client.Expected).Should().Be((0, 0));
    }

    [Fact]
    public async Task What_comes_when_the_subscription_has_ended_is_given_up_although_there_is_room()
    {
        await using var subscription = Begin();
        _client.Room.SetResult();
        _ended.SetResult();
        await subscription.DisposeAsync();

        await FluentActions.Awaiting(() => subscription.DeliverAsync(Delivery).AsTask()).Should().ThrowAsync<OperationCanceledException>();

        (_client.Offered, _client.Expected).Should().Be((0, 0));
    }

    [Fact]
    public async Task What_has_room_before_that_is_the_clients()
    {
        var subscription = Begin();
        _client.Room.SetResult();

        await subscription.DeliverAsync(Delivery);

        (_client.Offered, _client.Expected).Should().Be((1, 1));
    }

    private GeneralSubscription Begin()
    {
        var subscription = new GeneralSubscription(_client, "s", "/queue/q", isPattern: false, AckMode.Client);
        subscription.Begin(new SlowSource(_ended.Task));
        return subscription;
    }

    private sealed class SlowSource(Task ended) : IBrokerSubscription
    {
        public Task DeleteAsync() => ended;

        public ValueTask DisposeAsync() => new(ended);
    }

    /// <summary>Has no room until it is told so.</summary>
    private sealed class FullClient : IClientSession
    {
        public TaskCompletionSource Room { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Offered { get; private set; }

        public int Expected { get; private set; }

        public StompVersion Version => StompVersion.V12;

        public UserId UserId => throw new NotSupportedException();

        public Caller Caller => throw new NotSupportedException();

        public ClientBroker Broker => throw new NotSupportedException();

        public string NextMessageId() => "m";

        public void Expect(ExpectedAck ack) => Expected++;

        public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => await Room.Task.WaitAsync(cancellationToken);

        public bool TryOffer(in OutboundFrame frame) => ++Offered > 0;

        public void Offer(in OutboundFrame frame) => throw new NotSupportedException();

        public void OfferSignal(in OutboundFrame frame) => throw new NotSupportedException();

        public ValueTask OfferWhenRoomAsync(OutboundFrame frame, CancellationToken cancellationToken) => throw new NotSupportedException();

        public void Fail(Violation violation) => throw new NotSupportedException();

        public void Renew(VerifiedToken token) => throw new NotSupportedException();

        public void SayAway(bool isAway) => throw new NotSupportedException();

        public ISubscription OpenMailbox(Mailbox mailbox, ReadOnlyMemory<byte> head) => throw new NotSupportedException();
    }
}
