import type { Rejection } from '../../api/contract';
import type { ChatLink } from '../../stomp/ChatConnection';
import { Listeners } from '../../stomp/Listeners';

/** A message of mine that the timeline does not show yet. */
export interface PendingMessage {
  readonly clientMessageId: string;
  readonly roomId: string;
  readonly text: string;
  readonly createdAt: string;
  /** `waiting` for its RECEIPT, `stored` but not seen in the room's events yet, or `refused` by the chat. */
  readonly state: 'waiting' | 'stored' | 'refused';
  readonly refusal: string | null;
}

/** Where waiting messages outlive a reload. */
export interface OutboxStorage {
  load(): PendingMessage[];
  save(messages: readonly PendingMessage[]): void;
}

/** More than this many messages without an answer are not taken; the composer says so. */
export const OUTBOX_LIMIT = 200;

const DEFAULT_RETRY_MS = 2_000;
const SHORTEST_RETRY_MS = 250;

/**
 * Holds what was sent until the server says that it is stored. After every reconnect what has no RECEIPT goes out again
 * under the same `clientMessageId`, by which the server stores and delivers it once only.
 */
export class Outbox {
  readonly onChange = new Listeners<readonly PendingMessage[]>();

  private entries: readonly PendingMessage[];
  private readonly retries = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly stopListening: (() => void)[];

  constructor(
    private readonly link: ChatLink,
    private readonly storage: OutboxStorage,
    private readonly newId: () => string,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.entries = storage.load();
    this.stopListening = [
      link.onState.add((state) => {
        if (state === 'online') this.resendWaiting();
      }),
      link.onReceipt.add((id) => this.update(id, (entry) => ({ ...entry, state: 'stored', refusal: null }))),
      link.onRejection.add((rejection) => this.rejected(rejection)),
    ];
  }

  get messages(): readonly PendingMessage[] {
    return this.entries;
  }

  /** False when too much is waiting already: the text was not taken. */
  post(roomId: string, text: string): boolean {
    if (this.entries.filter(isUnstored).length >= OUTBOX_LIMIT) return false;
    const entry: PendingMessage = {
      clientMessageId: this.newId(),
      roomId,
      text,
      createdAt: this.now().toISOString(),
      state: 'waiting',
      refusal: null,
    };
    this.replace([...this.entries, entry]);
    this.transmit(entry);
    return true;
  }

  /** The message was seen in the room: there is nothing left to wait for. */
  settle(clientMessageId: string): void {
    this.remove((entry) => entry.clientMessageId === clientMessageId);
  }

  /** The room was loaded anew, and with it all that is stored. */
  settleStored(roomId: string): void {
    this.remove((entry) => entry.roomId === roomId && entry.state === 'stored');
  }

  retry(clientMessageId: string): void {
    this.update(clientMessageId, (entry) => ({ ...entry, state: 'waiting', refusal: null }));
    const entry = this.find(clientMessageId);
    if (entry !== undefined) this.transmit(entry);
  }

  discard(clientMessageId: string): void {
    this.settle(clientMessageId);
  }

  close(): void {
    for (const stop of this.stopListening) stop();
    for (const timer of this.retries.values()) clearTimeout(timer);
    this.retries.clear();
  }

  private resendWaiting(): void {
    for (const entry of this.entries) {
      if (entry.state === 'waiting') this.transmit(entry);
    }
  }

  private transmit(entry: PendingMessage): void {
    const { clientMessageId, roomId, text } = entry;
    this.cancelRetry(clientMessageId);
    this.link.send(`/app/rooms/${roomId}/messages`, { clientMessageId, type: 'TEXT', text }, clientMessageId);
  }

  private rejected(rejection: Rejection): void {
    const id = rejection.clientMessageId ?? rejection.receipt;
    if (id === null || id === undefined || this.find(id) === undefined) return;
    if (rejection.code === 'rate_limited' || rejection.code === 'unavailable') {
      // It is not the message that is wrong but the moment.
      const delay = Math.max(rejection.retryAfterMs ?? DEFAULT_RETRY_MS, SHORTEST_RETRY_MS);
      this.cancelRetry(id);
      this.retries.set(id, setTimeout(() => this.retry(id), delay));
      return;
    }
    this.update(id, (entry) => ({ ...entry, state: 'refused', refusal: rejection.detail }));
  }

  private find(clientMessageId: string): PendingMessage | undefined {
    return this.entries.find((entry) => entry.clientMessageId === clientMessageId);
  }

  private cancelRetry(clientMessageId: string): void {
    clearTimeout(this.retries.get(clientMessageId));
    this.retries.delete(clientMessageId);
  }

  private update(clientMessageId: string, change: (entry: PendingMessage) => PendingMessage): void {
    if (this.find(clientMessageId) === undefined) return;
    this.replace(this.entries.map((entry) => (entry.clientMessageId === clientMessageId ? change(entry) : entry)));
  }

  private remove(match: (entry: PendingMessage) => boolean): void {
    const left = this.entries.filter((entry) => !match(entry));
    if (left.length === this.entries.length) return;
    for (const entry of this.entries) {
      if (match(entry)) this.cancelRetry(entry.clientMessageId);
    }
    this.replace(left);
  }

  private replace(entries: readonly PendingMessage[]): void {
    this.entries = entries;
    this.storage.save(entries.filter(isUnstored));
    this.onChange.emit(entries);
  }
}

const isUnstored = (entry: PendingMessage) => entry.state !== 'stored';
