import SockJS from 'sockjs-client';
import type { ClientSettings } from '../api/contract';
import { RestClient } from '../api/RestClient';
import { Outbox } from '../features/room/Outbox';
import { sessionOutboxStorage } from '../features/room/outboxStorage';
import { ChatConnection } from '../stomp/ChatConnection';
import { saveSession, type SavedSession } from './savedSession';
import { fetchDevelopmentToken } from './tokenServer';
import { TokenSource } from './TokenSource';

/** Everything that belongs to one signed-in user, from signing in to signing out. */
export class ChatSession {
  readonly userId: string;
  readonly name: string;
  readonly rest: RestClient;
  readonly connection: ChatConnection;
  readonly outbox: Outbox;

  constructor(settings: ClientSettings, saved: SavedSession, onSignInNeeded: (reason: string) => void) {
    const { userId, name, tokenServer } = saved;
    const fetchToken = tokenServer === null ? null : () => fetchDevelopmentToken(tokenServer, userId, name);
    const tokens = new TokenSource(saved.token, fetchToken, (token) => saveSession({ ...saved, token }));
    this.userId = userId;
    this.name = name;
    this.rest = new RestClient(tokens);
    this.connection = new ChatConnection(() => new SockJS(settings.stompPath), tokens, onSignInNeeded);
    this.outbox = new Outbox(this.connection, sessionOutboxStorage(userId), newMessageId);
    this.connection.start();
  }

  close(): void {
    this.outbox.close();
    void this.connection.stop();
  }
}

/** A random UUID. `crypto.randomUUID` exists on secure origins only, and a chat in a local network may have none. */
function newMessageId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
