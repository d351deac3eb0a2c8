import type { DurableEvent, Message, RoomReset, RoomSnapshot } from '../../api/contract';
import type { ChatLink } from '../../stomp/ChatConnection';
import { Listeners } from '../../stomp/Listeners';
import type { Outbox } from './Outbox';
import { applyEvent, HISTORY_PAGE, keepNewest, openTimeline, prependHistory, type RoomTimeline } from './roomTimeline';

export interface RoomFeedState {
  /** Null until the room was loaded once. */
  readonly timeline: RoomTimeline | null;
  /** Why the room could not be loaded, or older messages could not. */
  readonly error: string | null;
  readonly loadingHistory: boolean;
}

export type LoadHistory = (roomId: string, before: number, limit: number) => Promise<readonly Message[]>;

/** With the reader at the bottom no more than this stays in memory; it is cut back to half of it. */
const LONGEST_TIMELINE = 600;

/** Resets that follow one another wait this long, so that a server in trouble is not asked in a circle. */
const RELOAD_PAUSE_MS = 1_000;

/** A read position is sent at most this often. */
const READ_PAUSE_MS = 300;

/**
 * Keeps one open room up to date: it loads the room, follows its events from there on, resumes after a reconnect with the
 * last `seq` it has applied, and loads the room anew when the server answers that it cannot resume.
 */
export class RoomFeed {
  readonly onChange = new Listeners<RoomFeedState>();

  private current: RoomFeedState = { timeline: null, error: null, loadingHistory: false };
  private epoch: string | null = null;
  private isOpen = false;
  private resets = 0;
  private attempts = 0;
  private atBottom = false;
  private sentRead = 0;
  private unfollow: (() => void) | null = null;
  private readTimer: ReturnType<typeof setTimeout> | undefined;
  private reloadTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly roomId: string,
    private readonly userId: string,
    private readonly link: ChatLink,
    private readonly outbox: Outbox,
    private readonly loadHistory: LoadHistory,
  ) {}

  get state(): RoomFeedState {
    return this.current;
  }

  /** Starts to follow the room. The answer ends it; the same feed can then be opened again. */
  open(): () => void {
    this.isOpen = true;
    const stopListening = [
      this.link.onState.add((state) => {
        if (state === 'online') void this.load();
      }),
      this.link.onRejection.add((rejection) => {
        if (rejection.destination === this.topic) this.update({ error: rejection.detail });
      }),
    ];
    if (this.link.state === 'online') void this.load();
    return () => {
      this.isOpen = false;
      this.stopFollowing();
      clearTimeout(this.readTimer);
      this.readTimer = undefined;
      clearTimeout(this.reloadTimer);
      for (const stop of stopListening) stop();
    };
  }

  /** The reader sees the newest message, or has scrolled away from it or hidden the page. */
  setReading(atBottom: boolean): void {
    this.atBottom = atBottom;
    if (atBottom) this.noteRead();
  }

  async loadOlder(): Promise<void> {
    const { timeline, loadingHistory } = this.current;
    const oldest = timeline?.messages[0];
    if (timeline === null || timeline.complete || oldest === undefined || loadingHistory) return;
    this.update({ loadingHistory: true });
    try {
      const page = await this.loadHistory(this.roomId, oldest.seq, HISTORY_PAGE);
      const now = this.current.timeline;
      // A reload in between may have moved the oldest message; the page would not fit any more.
      const fits = now?.messages[0]?.id === oldest.id;
      this.update({ loadingHistory: false, error: null, ...(fits ? { timeline: prependHistory(now, page) } : {}) });
    } catch (error) {
      this.update({ loadingHistory: false, error: sentence(error) });
    }
  }

  /** Loads the room and follows it; does nothing when it is followed already, as the connection resumes by itself. */
  async load(): Promise<void> {
    if (this.unfollow !== null) return;
    // A later call means a newer connection or a reader who asked again: the answer to this one is then of no interest.
    const attempt = ++this.attempts;
    try {
      const snapshot = (await this.link.ask(`/app/rooms/${this.roomId}`)) as RoomSnapshot;
      if (this.isOpen && attempt === this.attempts) this.opened(snapshot);
    } catch (error) {
      // A lost connection is shown by its own banner, and the next one loads the room.
      if (this.link.state === 'online' && attempt === this.attempts) this.update({ error: sentence(error) });
    }
  }

  private get topic(): string {
    return `/topic/rooms/${this.roomId}`;
  }

  private opened(snapshot: RoomSnapshot): void {
    const timeline = openTimeline(snapshot, this.epoch);
    this.sentRead = snapshot.room.lastReadSeq;
    this.settleShown(timeline.messages);
    this.outbox.settleStored(this.roomId);
    this.update({ timeline, error: null });
    this.unfollow = this.link.follow(this.topic, {
      headers: () => this.resumeHeaders(),
      onMessage: (body) => this.received(body as DurableEvent | RoomReset),
    });
    this.noteRead();
  }

  private resumeHeaders(): Record<string, string> {
    const timeline = this.current.timeline;
    if (timeline === null) return {};
    const since = { since: String(timeline.lastSeq) };
    return timeline.epoch === null ? since : { ...since, epoch: timeline.epoch };
  }

  private received(event: DurableEvent | RoomReset): void {
    if (event.event === 'room.reset') {
      this.reset(event);
      return;
    }
    const timeline = this.current.timeline;
    if (timeline === null) return;
    this.resets = 0;
    const next = applyEvent(timeline, event);
    if ('message' in event) this.settleShown([event.message]);
    const tooLong = this.atBottom && next.messages.length > LONGEST_TIMELINE;
    this.update({ timeline: tooLong ? keepNewest(next, LONGEST_TIMELINE / 2) : next });
    this.noteRead();
  }

  private reset(event: RoomReset): void {
    this.epoch = event.epoch;
    this.stopFollowing();
    const pause = this.resets++ === 0 ? 0 : RELOAD_PAUSE_MS;
    this.reloadTimer = setTimeout(() => void this.load(), pause);
  }

  private settleShown(messages: readonly Message[]): void {
    for (const message of messages) {
      if (message.clientMessageId && message.sender.id === this.userId) this.outbox.settle(message.clientMessageId);
    }
  }

  private noteRead(): void {
    this.readTimer ??= setTimeout(() => {
      this.readTimer = undefined;
      const seq = this.current.timeline?.lastSeq ?? 0;
      if (!this.atBottom || seq <= this.sentRead) return;
      if (this.link.send(`/app/rooms/${this.roomId}/read`, { seq })) this.sentRead = seq;
    }, READ_PAUSE_MS);
  }

  private stopFollowing(): void {
    this.unfollow?.();
    this.unfollow = null;
  }

  private update(change: Partial<RoomFeedState>): void {
    if (!this.isOpen) return;
    this.current = { ...this.current, ...change };
    this.onChange.emit(this.current);
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
