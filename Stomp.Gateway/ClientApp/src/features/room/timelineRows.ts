import type { Message, Person } from '../../api/contract';
import { isSameDay } from '../../components/times';
import type { PendingMessage } from './Outbox';

/** One line of the list: a message that is stored, or one of mine on its way. */
export interface TimelineRow {
  /** The same before and after the message is stored, so that it stays the same element. */
  readonly key: string;
  readonly sender: Person;
  readonly createdAt: string;
  readonly message: Message | null;
  readonly pending: PendingMessage | null;
  /** The first of its day. */
  readonly startsDay: boolean;
  /** The first of several in a row by one sender. */
  readonly startsGroup: boolean;
}

const GROUP_MS = 5 * 60_000;

export function timelineRows(messages: readonly Message[], pending: readonly PendingMessage[], me: Person): TimelineRow[] {
  const mine = new Set(messages.filter((message) => message.sender.id === me.id).map((message) => message.clientMessageId));
  const rows: TimelineRow[] = [];
  const add = (key: string, sender: Person, createdAt: string, message: Message | null, waiting: PendingMessage | null) => {
    const before = rows.at(-1);
    const startsDay = before === undefined || !isSameDay(before.createdAt, createdAt);
    const pause = before === undefined ? Infinity : Date.parse(createdAt) - Date.parse(before.createdAt);
    const startsGroup = startsDay || before.sender.id !== sender.id || pause > GROUP_MS;
    rows.push({ key, sender, createdAt, message, pending: waiting, startsDay, startsGroup });
  };

  for (const message of messages) {
    const isMine = message.sender.id === me.id && message.clientMessageId;
    add(isMine ? `mine:${message.clientMessageId}` : message.id, message.sender, message.createdAt, message, null);
  }
  for (const waiting of pending) {
    if (!mine.has(waiting.clientMessageId)) add(`mine:${waiting.clientMessageId}`, me, waiting.createdAt, null, waiting);
  }
  return rows;
}
