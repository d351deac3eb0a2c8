import type { ClientSettings } from '../api/contract';
import { Listeners } from '../stomp/Listeners';
import { ChatSession } from './ChatSession';
import { forgetSession, loadSession, saveSession, type SavedSession } from './savedSession';

export interface SessionState {
  readonly session: ChatSession | null;
  /** Why the last session ended, when it was not the user who ended it. */
  readonly endedBecause: string | null;
}

/** Who is signed in in this tab. It lives outside React, which may run any component twice. */
export class SessionStore {
  readonly onChange = new Listeners<SessionState>();

  private current: SessionState = { session: null, endedBecause: null };

  constructor(private readonly settings: ClientSettings) {
    const saved = loadSession();
    if (saved !== null) this.open(saved);
  }

  get state(): SessionState {
    return this.current;
  }

  signIn(saved: SavedSession): void {
    saveSession(saved);
    this.open(saved);
  }

  signOut(endedBecause: string | null = null): void {
    forgetSession();
    this.current.session?.close();
    this.change({ session: null, endedBecause });
  }

  private open(saved: SavedSession): void {
    this.current.session?.close();
    const session = new ChatSession(this.settings, saved, (reason) => this.signOut(reason));
    this.change({ session, endedBecause: null });
  }

  private change(state: SessionState): void {
    this.current = state;
    this.onChange.emit(state);
  }
}
