// The JSON shapes of docs/protocol.md, by the names they have there. Times are RFC 3339 in UTC with milliseconds.

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Person {
  id: string;
  name: string;
  avatarUrl?: string | null;
}

export type MessageType = 'TEXT' | 'IMAGE' | 'FILE' | 'SYSTEM' | 'THREAD' | 'TEMP';

export interface Message {
  id: string;
  roomId: string;
  /** The room's counter when the message was made; messages are shown in this order. */
  seq: number;
  /** The room's counter at the message's last change; of two versions the higher one is the newer. */
  rev: number;
  type: MessageType;
  sender: Person;
  /** Null once deleted or expired. */
  text: string | null;
  createdAt: string;
  editedAt?: string | null;
  deletedAt?: string | null;
  clientMessageId?: string | null;
}

export type RoomRole = 'owner' | 'moderator' | 'member';

export interface Member {
  userId: string;
  name: string;
  avatarUrl?: string | null;
  role: RoomRole;
}

export interface Room {
  id: string;
  kind: 'direct' | 'group';
  name: string | null;
  description?: string | null;
  visibility: 'public' | 'private';
  headSeq: number;
  memberCount: number;
  lastMessage: Message | null;
  role: RoomRole;
  unreadCount: number;
  lastReadSeq: number;
}

/** The answer of `/app/rooms/{roomId}`. */
export interface RoomSnapshot {
  room: Room;
  members: Member[];
  messages: Message[];
  headSeq: number;
  epoch?: string | null;
}

export interface Invite {
  code: string;
  expiresAt: string | null;
  usesLeft: number | null;
}

interface EventBase {
  roomId: string;
  seq: number;
  at: string;
}

type MessageEventName =
  | 'message.created'
  | 'message.edited'
  | 'message.deleted'
  | 'message.expired'
  | 'message.pinned'
  | 'message.unpinned'
  | 'message.reacted';

export type MessageEvent = EventBase & { event: MessageEventName; message: Message };

export type MemberEvent = EventBase & {
  event: 'member.joined' | 'member.left' | 'member.removed' | 'member.changed';
  member: Member;
};

export type RoomEvent = EventBase & { event: 'room.updated' | 'room.closed'; room: Room };

export type DurableEvent = MessageEvent | MemberEvent | RoomEvent;

/** Sent in place of a replay that cannot be honoured: the client loads the room anew. */
export interface RoomReset {
  event: 'room.reset';
  roomId: string;
  epoch: string;
  headSeq: number;
}

/** The bodies of `/user/queue/rooms`. */
export type RoomListChange =
  | { change: 'message'; roomId: string; unreadCount: number; event: DurableEvent }
  | { change: 'read'; roomId: string; lastReadSeq: number; unreadCount: number }
  | { change: 'joined' | 'updated'; roomId: string; room: Room }
  | { change: 'updated'; roomId: string; event: RoomEvent }
  | { change: 'removed'; roomId: string };

/** The bodies of `/user/queue/errors`, and in part of problem+json. */
export interface Rejection {
  code: string;
  detail: string;
  destination?: string | null;
  receipt?: string | null;
  clientMessageId?: string | null;
  retryAfterMs?: number | null;
}

/** What the gateway tells the page about itself at `/client.json`. */
export interface ClientSettings {
  stompPath: string;
  /** Null unless the development token server runs. */
  tokenServer: string | null;
}
