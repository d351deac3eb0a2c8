import { Client, ReconnectionTimeMode, TickerStrategy, type IMessage, type StompHeaders } from '@stomp/stompjs';
import type { Rejection } from '../api/contract';
import { SignInNeeded, type TokenSource } from '../session/TokenSource';
import { Listeners } from './Listeners';

export type ConnectionState = 'connecting' | 'online' | 'reconnecting';

/** A destination that stays subscribed over every reconnect, until it is let go. */
export interface Following {
  /** Asked at each SUBSCRIBE, so that a resume says how far this client has come. */
  headers?: () => StompHeaders;
  onMessage: (body: unknown) => void;
}

/** What the features need of a connection; tests put a scripted one in its place. */
export interface ChatLink {
  readonly state: ConnectionState;
  readonly onState: Listeners<ConnectionState>;
  readonly onRejection: Listeners<Rejection>;
  /** A RECEIPT came: what was sent with this id is stored. */
  readonly onReceipt: Listeners<string>;
  follow(destination: string, following: Following): () => void;
  /** The one answer of an `/app/…` destination. Fails when it is refused, late, or the connection ends first. */
  ask(destination: string): Promise<unknown>;
  /** False when there is no connection: the frame was not sent. */
  send(destination: string, body: unknown, receipt?: string): boolean;
}

const CONNECTION_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 15_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 2_000;
const HEARTBEAT_MS = 10_000;

interface Question {
  destination: string;
  unsubscribe: () => void;
  settle: (error: Error | null, body?: unknown) => void;
}

/** The tab's one STOMP connection: it connects, comes back by itself, and subscribes again to all that is followed. */
export class ChatConnection implements ChatLink {
  readonly onState = new Listeners<ConnectionState>();
  readonly onRejection = new Listeners<Rejection>();
  readonly onReceipt = new Listeners<string>();

  private readonly client: Client;
  private readonly followed = new Map<Following, { destination: string; unsubscribe: () => void }>();
  private readonly questions = new Set<Question>();
  private renewTimer: ReturnType<typeof setTimeout> | undefined;
  private current: ConnectionState = 'connecting';

  /**
   * @param createSocket makes a WebSocket or SockJS object for each attempt
   * @param onSignInNeeded the token is refused and cannot be renewed; the connection has stopped
   */
  constructor(
    createSocket: () => WebSocket,
    private readonly tokens: TokenSource,
    private readonly onSignInNeeded: (reason: string) => void,
  ) {
    this.client = new Client({
      webSocketFactory: createSocket,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      heartbeatIncoming: HEARTBEAT_MS,
      heartbeatOutgoing: HEARTBEAT_MS,
      // Browsers slow the timers of a hidden tab down so far that the server would think it dead; a worker's go on.
      heartbeatStrategy: TickerStrategy.Worker,
      reconnectTimeMode: ReconnectionTimeMode.EXPONENTIAL,
      maxReconnectDelay: LONGEST_RETRY_MS,
      beforeConnect: () => this.prepareConnect(),
      onConnect: () => this.connected(),
      onStompError: (frame) => this.stompError(frame.headers.code, frame.headers.message),
      onWebSocketClose: () => this.disconnected('The connection was lost.'),
      onUnhandledReceipt: (frame) => this.onReceipt.emit(frame.headers['receipt-id'] ?? ''),
    });
    this.follow('/user/queue/errors', { onMessage: (body) => this.rejected(body as Rejection) });
  }

  get state(): ConnectionState {
    return this.current;
  }

  start(): void {
    this.client.activate();
  }

  async stop(): Promise<void> {
    clearTimeout(this.renewTimer);
    await this.client.deactivate();
  }

  follow(destination: string, following: Following): () => void {
    const entry = { destination, unsubscribe: ignore };
    this.followed.set(following, entry);
    if (this.client.connected) entry.unsubscribe = this.subscribe(destination, following);
    return () => {
      this.followed.delete(following);
      if (this.client.connected) entry.unsubscribe();
    };
  }

  ask(destination: string): Promise<unknown> {
    if (!this.client.connected) return Promise.reject(new Error('There is no connection.'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => question.settle(new Error('The server did not answer in time.')), ANSWER_TIMEOUT_MS);
      const question: Question = {
        destination,
        unsubscribe: ignore,
        settle: (error, body) => {
          clearTimeout(timer);
          this.questions.delete(question);
          if (this.client.connected) question.unsubscribe();
          if (error === null) resolve(body);
          else reject(error);
        },
      };
      this.questions.add(question);
      question.unsubscribe = this.subscribe(destination, { onMessage: (body) => question.settle(null, body) });
    });
  }

  send(destination: string, body: unknown, receipt?: string): boolean {
    if (!this.client.connected) return false;
    const headers: StompHeaders = { 'content-type': 'application/json' };
    if (receipt !== undefined) headers.receipt = receipt;
    this.client.publish({ destination, body: JSON.stringify(body), headers });
    return true;
  }

  private subscribe(destination: string, following: Following): () => void {
    const deliver = (message: IMessage) => following.onMessage(JSON.parse(message.body));
    const subscription = this.client.subscribe(destination, deliver, following.headers?.() ?? {});
    return () => subscription.unsubscribe();
  }

  private async prepareConnect(): Promise<void> {
    // Many tabs lose the same gateway at the same moment; they need not all come back at the same one.
    this.client.reconnectDelay = FIRST_RETRY_MS * (0.75 + Math.random() / 2);
    while (this.client.active) {
      try {
        this.client.connectHeaders = { Authorization: `Bearer ${await this.tokens.current()}` };
        return;
      } catch (error) {
        if (error instanceof SignInNeeded) this.giveUp(error.message);
        // The token server is as far away as the gateway: ask again at the pace of the reconnects.
        else await new Promise((resolve) => setTimeout(resolve, this.client.reconnectDelay));
      }
    }
  }

  private connected(): void {
    for (const [following, entry] of this.followed) entry.unsubscribe = this.subscribe(entry.destination, following);
    this.scheduleRenewal();
    this.change('online');
  }

  private disconnected(reason: string): void {
    clearTimeout(this.renewTimer);
    for (const question of [...this.questions]) question.settle(new Error(reason));
    if (this.current === 'online') this.change('reconnecting');
  }

  private change(state: ConnectionState): void {
    this.current = state;
    this.onState.emit(state);
  }

  private stompError(code: string | undefined, message: string | undefined): void {
    const aboutTheToken = code === undefined ? !this.client.connected || message === 'token expired' : code === 'unauthenticated';
    // A restarted development server has new keys: the token that was good a moment ago has to be fetched anew.
    if (aboutTheToken) this.tokens.reject();
  }

  private rejected(rejection: Rejection): void {
    for (const question of this.questions) {
      if (question.destination === rejection.destination) {
        question.settle(new Error(rejection.detail));
        return;
      }
    }
    this.onRejection.emit(rejection);
  }

  private scheduleRenewal(): void {
    clearTimeout(this.renewTimer);
    const delay = this.tokens.renewInMs();
    if (delay === Infinity) return;
    this.renewTimer = setTimeout(() => void this.renewSession(), Math.min(Math.max(delay, FIRST_RETRY_MS), MAX_TIMER_MS));
  }

  private async renewSession(): Promise<void> {
    try {
      if (this.tokens.renewInMs() <= FIRST_RETRY_MS) this.send('/app/session/refresh', { token: await this.tokens.renew() });
    } catch (error) {
      // The next try comes with the timer below; should the token end first, the reconnect fetches a new one.
      console.warn('The token could not be renewed.', error);
    }
    this.scheduleRenewal();
  }

  private giveUp(reason: string): void {
    void this.stop();
    this.onSignInNeeded(reason);
  }
}

/** setTimeout counts in 32 bits; a longer wait would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const ignore = (): void => undefined;
