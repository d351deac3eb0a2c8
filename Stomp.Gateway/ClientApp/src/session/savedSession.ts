/** What survives a reload. It is kept in sessionStorage, so that two tabs can be two people. */
export interface SavedSession {
  userId: string;
  name: string;
  token: string;
  /** The server that renews the token, or null when the token was pasted. */
  tokenServer: string | null;
}

const KEY = 'chatstomp.session';

export function loadSession(): SavedSession | null {
  const text = sessionStorage.getItem(KEY);
  return text === null ? null : (JSON.parse(text) as SavedSession);
}

export function saveSession(session: SavedSession): void {
  sessionStorage.setItem(KEY, JSON.stringify(session));
}

export function forgetSession(): void {
  sessionStorage.removeItem(KEY);
}
