import type { DurableEvent, Member, Message, Room, RoomSnapshot } from '../../api/contract';

/** One room as this tab has seen it. A value: every function here answers a new one, or the same when nothing changed. */
export interface RoomTimeline {
  readonly room: Room;
  readonly members: readonly Member[];
  /** Ascending by `seq`, without holes between the oldest and the newest. */
  readonly messages: readonly Message[];
  /** The last event applied; a resume asks for all that came after it. */
  readonly lastSeq: number;
  readonly epoch: string | null;
  /** Nothing older is left on the server. */
  readonly complete: boolean;
}

export const HISTORY_PAGE = 50;

export function openTimeline(snapshot: RoomSnapshot, epoch: string | null): RoomTimeline {
  return {
    room: snapshot.room,
    members: snapshot.members,
    messages: merge([], snapshot.messages),
    lastSeq: snapshot.headSeq,
    epoch: snapshot.epoch ?? epoch,
    complete: snapshot.messages.length < HISTORY_PAGE,
  };
}

/**
 * Applies one event. Applying it again changes nothing, and an older version of a message never replaces a newer one,
 * so a replay may overlap with what was seen, and may bring the present state in place of each step.
 */
export function applyEvent(timeline: RoomTimeline, event: DurableEvent): RoomTimeline {
  const seen = event.seq <= timeline.lastSeq;
  const next = seen ? timeline : { ...timeline, lastSeq: event.seq };
  switch (event.event) {
    case 'member.joined':
    case 'member.changed':
      return seen ? next : { ...next, members: [...others(next.members, event.member), event.member] };
    case 'member.left':
    case 'member.removed':
      return seen ? next : { ...next, members: others(next.members, event.member) };
    case 'room.updated':
    case 'room.closed':
      // What is of me in a room (role, unread count) is told on the room list; the event is the same for everyone.
      return seen ? next : { ...next, room: { ...event.room, role: next.room.role } };
    default:
      return isOlderThanShown(next, event.message) ? next : { ...next, messages: merge(next.messages, [event.message]) };
  }
}

/** Puts a page of older messages before those that are there. */
export function prependHistory(timeline: RoomTimeline, page: readonly Message[]): RoomTimeline {
  return { ...timeline, messages: merge(timeline.messages, page), complete: page.length < HISTORY_PAGE };
}

/** Forgets all but the newest messages; scrolling up loads them again. */
export function keepNewest(timeline: RoomTimeline, count: number): RoomTimeline {
  if (timeline.messages.length <= count) return timeline;
  return { ...timeline, messages: timeline.messages.slice(-count), complete: false };
}

/** A message before the oldest one shown would leave a hole that scrolling up could not fill. */
function isOlderThanShown(timeline: RoomTimeline, message: Message): boolean {
  const oldest = timeline.messages[0];
  return !timeline.complete && oldest !== undefined && message.seq < oldest.seq;
}

function merge(messages: readonly Message[], more: readonly Message[]): readonly Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const message of more) {
    const known = byId.get(message.id);
    if (known === undefined || known.rev < message.rev) byId.set(message.id, message);
  }
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

const others = (members: readonly Member[], member: Member) => members.filter((one) => one.userId !== member.userId);
