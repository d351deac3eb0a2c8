import { Button, Loader } from '@mantine/core';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { DownIcon } from '../../components/icons';
import { dayName } from '../../components/times';
import { useSession } from '../../session/SessionContext';
import { texts } from '../../texts';
import { MessageItem } from './MessageItem';
import type { PendingMessage } from './Outbox';
import type { RoomTimeline } from './roomTimeline';
import { timelineRows } from './timelineRows';

/** Nearer to the end than this counts as being there, in pixels. */
const BOTTOM_SLACK = 48;

/** Older messages are asked for this far before the top is reached, in pixels. */
const TOP_AHEAD = 300;

interface Props {
  title: string;
  timeline: RoomTimeline;
  pending: readonly PendingMessage[];
  /** Changes when the user has posted something: the list goes to its end. */
  posted: number;
  loadingHistory: boolean;
  onReading: (atBottom: boolean) => void;
  onReachTop: () => void;
}

export function MessageList({ title, timeline, pending, posted, loadingHistory, onReading, onReachTop }: Props) {
  const { userId, name, outbox } = useSession();
  const rows = useMemo(
    () => timelineRows(timeline.messages, pending, { id: userId, name }),
    [timeline.messages, pending, userId, name],
  );
  const oldest = timeline.messages[0]?.id;
  const { list, atBottom, onScroll, toBottom } = useStickyScroll(oldest, rows, posted);

  useEffect(() => {
    const tell = () => onReading(atBottom && document.visibilityState === 'visible');
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  });

  useEffect(() => {
    const element = list.current;
    // A page of short messages may leave nothing to scroll, and so no way to ask for more.
    if (element && !timeline.complete && element.scrollHeight <= element.clientHeight) onReachTop();
  });

  const scrolled = () => {
    onScroll();
    if (list.current && list.current.scrollTop < TOP_AHEAD) onReachTop();
  };

  return (
    <div className="messages-frame">
      <div
        className="messages"
        ref={list}
        onScroll={scrolled}
        role="log"
        aria-label={texts.messagesOf(title)}
        tabIndex={0}
        data-testid="message-list"
      >
        <div className="messages-start">
          {loadingHistory && <Loader size="xs" aria-label={texts.loadingHistory} />}
          {timeline.complete && texts.startOfRoom}
        </div>
        {rows.map((row) => (
          <div key={row.key} className="messages-row">
            {row.startsDay && <h3 className="messages-day">{dayName(row.createdAt)}</h3>}
            <MessageItem
              row={row}
              isMine={row.sender.id === userId}
              onRetry={(id) => outbox.retry(id)}
              onDiscard={(id) => outbox.discard(id)}
            />
          </div>
        ))}
      </div>
      {!atBottom && (
        <Button className="messages-newest" size="xs" radius="xl" leftSection={<DownIcon />} onClick={toBottom} data-testid="to-newest">
          {texts.newest}
        </Button>
      )}
    </div>
  );
}

/** Stays at the end while the reader is there, and keeps the reader's place when older messages come in above. */
function useStickyScroll(oldest: string | undefined, rows: readonly unknown[], posted: number) {
  const list = useRef<HTMLDivElement>(null);
  const [atBottom, setAtBottom] = useState(true);
  const sticky = useRef(true);
  const before = useRef({ oldest, posted, height: 0 });

  const toBottom = () => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  };
  const onScroll = () => {
    const element = list.current;
    if (!element) return;
    sticky.current = element.scrollHeight - element.scrollTop - element.clientHeight < BOTTOM_SLACK;
    setAtBottom(sticky.current);
  };

  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const was = before.current;
    if (sticky.current || was.posted !== posted) toBottom();
    else if (was.oldest !== oldest) element.scrollTop += element.scrollHeight - was.height;
    before.current = { oldest, posted, height: element.scrollHeight };
  }, [oldest, rows, posted]);

  useEffect(() => {
    const element = list.current;
    if (!element) return;
    // The composer grows, or a phone's keyboard comes up.
    const observer = new ResizeObserver(() => {
      if (sticky.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return { list, atBottom, onScroll, toBottom };
}
