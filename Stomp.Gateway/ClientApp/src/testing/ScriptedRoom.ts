import type { DurableEvent, Message, Rejection, Room, RoomReset } from '../api/contract';
import type { ChatLink, ConnectionState, Following } from '../stomp/ChatConnection';
import { Listeners } from '../stomp/Listeners';

interface Stored {
  clientMessageId: string;
  text: string;
}

/**
 * One room of a server, and a client's link to it, for tests. Nothing arrives by itself: `deliver` moves one frame, so that
 * the connection can be cut between any two. It keeps the server's promises: a counter, a replay by `since`, a repeat stored once.
 */
export class ScriptedRoom implements ChatLink {
  readonly onState = new Listeners<ConnectionState>();
  readonly onRejection = new Listeners<Rejection>();
  readonly onReceipt = new Listeners<string>();
  readonly events: DurableEvent[] = [];
  readonly sent: { destination: string; body: unknown }[] = [];
  state: ConnectionState = 'connecting';
  epoch = 'first';

  private readonly followed = new Set<Following>();
  private readonly live = new Set<Following>();
  private readonly questions = new Set<(error: Error) => void>();
  private toServer: (() => void)[] = [];
  private toClient: (() => void)[] = [];

  constructor(
    readonly roomId = 'room',
    private readonly userId = 'alice',
  ) {}

  get messages(): Message[] {
    return this.events.flatMap((event) => (event.event === 'message.created' ? [event.message] : []));
  }

  get idle(): boolean {
    return this.toServer.length + this.toClient.length === 0;
  }

  connect(): void {
    this.state = 'online';
    for (const following of this.followed) this.subscribe(following);
    this.onState.emit('online');
  }

  /** What was on its way in either direction is lost. */
  cut(): void {
    this.state = 'reconnecting';
    this.toServer = [];
    this.toClient = [];
    this.live.clear();
    for (const reject of [...this.questions]) reject(new Error('The connection was lost.'));
    this.questions.clear();
    this.onState.emit('reconnecting');
  }

  /** Lets one frame arrive, at the server or at the client. */
  deliver(direction: 'toServer' | 'toClient'): void {
    this[direction].shift()?.();
  }

  async settle(): Promise<void> {
    do {
      while (this.toServer.length > 0) this.deliver('toServer');
      while (this.toClient.length > 0) this.deliver('toClient');
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    } while (!this.idle);
  }

  /** Somebody else writes. */
  write(text: string, sender = 'bob'): void {
    this.append(sender, { clientMessageId: `${sender}-${this.events.length}`, text });
  }

  /** The data came back from a backup: another epoch, and only the first `seq` events are left. */
  restore(seq: number): void {
    this.epoch = 'restored';
    this.events.length = seq;
  }

  follow(_destination: string, following: Following): () => void {
    this.followed.add(following);
    if (this.state === 'online') this.subscribe(following);
    return () => {
      this.followed.delete(following);
      this.live.delete(following);
    };
  }

  ask(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.questions.add(reject);
      this.toServer.push(() => {
        const snapshot = {
          room: scriptedRoom(this.roomId, this.events.length),
          members: [],
          messages: this.messages.slice(-50),
          headSeq: this.events.length,
          epoch: this.epoch,
        };
        this.toClient.push(() => {
          this.questions.delete(reject);
          resolve(snapshot);
        });
      });
    });
  }

  send(destination: string, body: unknown, receipt?: string): boolean {
    if (this.state !== 'online') return false;
    this.sent.push({ destination, body });
    this.toServer.push(() => {
      if (destination.endsWith('/messages')) this.append(this.userId, body as Stored);
      if (receipt !== undefined) this.toClient.push(() => this.onReceipt.emit(receipt));
    });
    return true;
  }

  private subscribe(following: Following): void {
    const { since, epoch } = following.headers?.() ?? {};
    this.toServer.push(() => {
      this.live.add(following);
      if (since === undefined) return;
      if (epoch !== this.epoch || Number(since) > this.events.length) {
        this.push(following, { event: 'room.reset', roomId: this.roomId, epoch: this.epoch, headSeq: this.events.length });
        return;
      }
      for (const event of this.events.slice(Number(since))) this.push(following, event);
    });
  }

  private append(sender: string, { clientMessageId, text }: Stored): void {
    const known = this.messages.some((one) => one.sender.id === sender && one.clientMessageId === clientMessageId);
    if (known) return;
    const seq = this.events.length + 1;
    const message = scriptedMessage(this.roomId, seq, sender, text, clientMessageId);
    const event: DurableEvent = { event: 'message.created', roomId: this.roomId, seq, at: message.createdAt, message };
    this.events.push(event);
    for (const following of this.live) this.push(following, event);
  }

  private push(following: Following, event: DurableEvent | RoomReset): void {
    this.toClient.push(() => {
      if (this.live.has(following)) following.onMessage(event);
    });
  }
}

export function scriptedMessage(roomId: string, seq: number, sender: string, text: string, clientMessageId: string): Message {
  return {
    id: `${roomId}-${seq}-${clientMessageId}`,
    roomId,
    seq,
    rev: seq,
    type: 'TEXT',
    sender: { id: sender, name: sender },
    text,
    createdAt: new Date(Date.UTC(2026, 0, 1) + seq * 1000).toISOString(),
    clientMessageId,
  };
}

export function scriptedRoom(id: string, headSeq = 0): Room {
  return {
    id,
    kind: 'group',
    name: id,
    visibility: 'private',
    headSeq,
    memberCount: 2,
    lastMessage: null,
    role: 'member',
    unreadCount: 0,
    lastReadSeq: 0,
  };
}
