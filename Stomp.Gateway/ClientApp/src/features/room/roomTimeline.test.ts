import { expect, test } from 'vitest';
import type { DurableEvent, Message } from '../../api/contract';
import { scriptedMessage, scriptedRoom } from '../../testing/ScriptedRoom';
import { applyEvent, keepNewest, openTimeline, prependHistory } from './roomTimeline';

const message = (seq: number) => scriptedMessage('room', seq, 'bob', `text ${seq}`, `id-${seq}`);
const messages = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => message(from + i));
const created = (seq: number): DurableEvent => ({ event: 'message.created', roomId: 'room', seq, at: '', message: message(seq) });
const edited = (seq: number, of: Message): DurableEvent => ({
  event: 'message.edited',
  roomId: 'room',
  seq,
  at: '',
  message: { ...of, rev: seq, text: `edited at ${seq}` },
});

const opened = (from: number, to: number) =>
  openTimeline({ room: scriptedRoom('room', to), members: [], messages: messages(from, to), headSeq: to }, null);

const seqs = (timeline: { messages: readonly Message[] }) => timeline.messages.map((one) => one.seq);

test('An event that comes twice changes nothing', () => {
  const once = applyEvent(opened(1, 3), created(4));
  expect(applyEvent(once, created(4))).toEqual(once);
});

test('An older version of a message never replaces a newer one', () => {
  const timeline = applyEvent(opened(1, 3), edited(5, message(2)));
  expect(applyEvent(timeline, edited(4, message(2))).messages[1]?.text).toBe('edited at 5');
});

test('A change of a message that is not loaded leaves no hole', () => {
  const timeline = applyEvent(opened(51, 100), edited(101, message(7)));
  expect(seqs(timeline)).toEqual(seqs(opened(51, 100)));
  expect(timeline.lastSeq).toBe(101);
});

test('Older messages come before those that are there, without repeating any', () => {
  const timeline = prependHistory(opened(51, 100), messages(20, 55));
  expect(seqs(timeline)).toEqual(Array.from({ length: 81 }, (_, i) => 20 + i));
  expect(timeline.complete).toBe(true);
});

test('What was forgotten can be loaded again', () => {
  const timeline = keepNewest(opened(1, 10), 4);
  expect(seqs(timeline)).toEqual([7, 8, 9, 10]);
  expect(timeline.complete).toBe(false);
});

test('Members come and go', () => {
  const member = { userId: 'carol', name: 'Carol', role: 'member' as const };
  const joined = applyEvent(opened(1, 1), { event: 'member.joined', roomId: 'room', seq: 2, at: '', member });
  expect(joined.members).toEqual([member]);
  expect(applyEvent(joined, { event: 'member.left', roomId: 'room', seq: 3, at: '', member }).members).toEqual([]);
});
