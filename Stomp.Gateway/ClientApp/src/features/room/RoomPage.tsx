import { ActionIcon, Alert, Button, Center, Loader } from '@mantine/core';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { goTo } from '../../app/useRoute';
import { BackIcon } from '../../components/icons';
import { useSession } from '../../session/SessionContext';
import { texts } from '../../texts';
import { roomName } from '../rooms/roomName';
import { Composer } from './Composer';
import { MembersMenu } from './MembersMenu';
import { MessageList } from './MessageList';
import { RoomFeed } from './RoomFeed';
import { useOutbox } from './useOutbox';

export function RoomPage({ roomId }: { roomId: string }) {
  const { userId, connection, outbox, rest } = useSession();
  const [feed] = useState(
    () =>
      new RoomFeed(roomId, userId, connection, outbox, async (id, before, limit) => (await rest.messagesBefore(id, before, limit)).items),
  );
  useEffect(() => feed.open(), [feed]);
  const { timeline, error, loadingHistory } = useSyncExternalStore(
    (changed) => feed.onChange.add(changed),
    () => feed.state,
  );
  const allPending = useOutbox();
  const pending = useMemo(() => allPending.filter((message) => message.roomId === roomId), [allPending, roomId]);
  // Grows with each message written here, and tells the list to go to its end.
  const [posted, setPosted] = useState(0);

  const title = timeline === null ? '' : roomName(timeline.room, userId, timeline.members);
  const post = (text: string) => {
    const taken = outbox.post(roomId, text);
    if (taken) setPosted(posted + 1);
    return taken;
  };

  return (
    <section className="room" aria-label={title}>
      <header className="room-head">
        <ActionIcon
          className="room-back"
          size="lg"
          variant="subtle"
          color="gray"
          aria-label={texts.backToRooms}
          data-testid="back"
          onClick={() => goTo('')}
        >
          <BackIcon />
        </ActionIcon>
        <h2 data-testid="room-title">{title}</h2>
        {timeline !== null && <MembersMenu room={timeline.room} members={timeline.members} />}
      </header>
      {error !== null && (
        <Alert className="room-error" color="red" role="alert" title={error}>
          {timeline === null && (
            <Button size="xs" variant="light" onClick={() => void feed.load()}>
              {texts.tryAgain}
            </Button>
          )}
        </Alert>
      )}
      {timeline === null ? (
        <Center flex={1}>{error === null && <Loader />}</Center>
      ) : (
        <>
          <MessageList
            title={title}
            timeline={timeline}
            pending={pending}
            posted={posted}
            loadingHistory={loadingHistory}
            onReading={(atBottom) => feed.setReading(atBottom)}
            onReachTop={() => void feed.loadOlder()}
          />
          <Composer roomTitle={title} onSend={post} />
        </>
      )}
    </section>
  );
}
