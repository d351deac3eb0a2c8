import { Button } from '@mantine/core';
import { memo } from 'react';
import type { Message } from '../../api/contract';
import { PersonAvatar } from '../../components/PersonAvatar';
import { clockTime } from '../../components/times';
import { texts } from '../../texts';
import { goneText } from './goneText';
import type { PendingMessage } from './Outbox';
import type { TimelineRow } from './timelineRows';

interface Props {
  row: TimelineRow;
  isMine: boolean;
  onRetry: (clientMessageId: string) => void;
  onDiscard: (clientMessageId: string) => void;
}

export const MessageItem = memo(
  function MessageItem({ row, isMine, onRetry, onDiscard }: Props) {
    const { message, pending, sender, createdAt, startsGroup } = row;
    // What the system says is said by nobody: a line across the room.
    const isNotice = message?.type === 'SYSTEM';
    const isOther = !isMine && !isNotice;
    return (
      <article
        className="message"
        data-testid="message"
        data-mine={isMine}
        data-notice={isNotice}
        data-group-start={startsGroup}
        data-seq={message?.seq}
        data-message-id={message?.id}
        data-pending={pending?.state}
      >
        {isOther && <span className="message-avatar">{startsGroup && <PersonAvatar name={sender.name} url={sender.avatarUrl} size="sm" />}</span>}
        <div className="message-body">
          {startsGroup && isOther && <span className="message-sender">{sender.name}</span>}
          <div className="message-bubble">
            {message?.text === null ? (
              <em className="message-gone">{goneText(message)}</em>
            ) : (
              <span className="message-text" data-testid="message-text">
                {message?.text ?? pending?.text}
              </span>
            )}
          </div>
          <span className="message-note">
            {pending === null ? <Stored message={message} createdAt={createdAt} /> : <Waiting pending={pending} onRetry={onRetry} onDiscard={onDiscard} />}
          </span>
        </div>
      </article>
    );
  },
  (a, b) => a.isMine === b.isMine && isSameRow(a.row, b.row),
);

function Stored({ message, createdAt }: { message: Message | null; createdAt: string }) {
  return (
    <>
      <time dateTime={createdAt}>{clockTime(createdAt)}</time>
      {message?.editedAt && message.text !== null && ` · ${texts.edited}`}
    </>
  );
}

function Waiting({ pending, onRetry, onDiscard }: { pending: PendingMessage } & Pick<Props, 'onRetry' | 'onDiscard'>) {
  if (pending.state === 'waiting') return texts.sending;
  if (pending.state === 'stored') return <time dateTime={pending.createdAt}>{clockTime(pending.createdAt)}</time>;
  return (
    <span className="message-refused" role="alert">
      {texts.notSent} {pending.refusal}
      <Button size="compact-xs" variant="subtle" onClick={() => onRetry(pending.clientMessageId)}>
        {texts.tryAgain}
      </Button>
      <Button size="compact-xs" variant="subtle" color="red" onClick={() => onDiscard(pending.clientMessageId)}>
        {texts.discard}
      </Button>
    </span>
  );
}

function isSameRow(a: TimelineRow, b: TimelineRow): boolean {
  return a.message === b.message && a.pending === b.pending && a.startsGroup === b.startsGroup && a.startsDay === b.startsDay;
}
