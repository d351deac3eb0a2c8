import { readToken } from './token';

/** The token is refused and there is no way to get another one: only signing in again helps. */
export class SignInNeeded extends Error {
  override readonly name = 'SignInNeeded';
}

/** Fetches a new token, or null where the user pasted one that the page cannot renew. */
export type FetchToken = (() => Promise<string>) | null;

/** A token is renewed this long before its end, or after half its life when it lives less than twice as long. */
const RENEW_AHEAD_MS = 90_000;

/** The one holder of the session's bearer token; REST and STOMP ask it. */
export class TokenSource {
  private renewal: Promise<string> | null = null;
  private readAt: number;
  private refused = false;

  constructor(
    private token: string,
    private readonly fetchToken: FetchToken,
    private readonly onRenewed: (token: string) => void,
    private readonly now: () => number = Date.now,
  ) {
    this.readAt = now();
  }

  /** The token at hand, or a new one when that is near its end. */
  async current(): Promise<string> {
    return this.refused || (this.fetchToken !== null && this.renewInMs() <= 0) ? this.renew() : this.token;
  }

  /** A new token. Callers at the same time share one request. */
  renew(): Promise<string> {
    this.renewal ??= this.fetchNew().finally(() => (this.renewal = null));
    return this.renewal;
  }

  /** The server did not take the token: the next `current` gets a new one. */
  reject(): void {
    this.refused = true;
  }

  /** Milliseconds until the token should be renewed; infinite when it cannot be. */
  renewInMs(): number {
    const claims = readToken(this.token);
    if (this.fetchToken === null || claims === null) return Infinity;
    const ahead = Math.min(RENEW_AHEAD_MS, (claims.expiresAt - this.readAt) / 2);
    return claims.expiresAt - ahead - this.now();
  }

  private async fetchNew(): Promise<string> {
    if (this.fetchToken === null) throw new SignInNeeded('The token was not accepted any more.');
    this.token = await this.fetchToken();
    this.readAt = this.now();
    this.refused = false;
    this.onRenewed(this.token);
    return this.token;
  }
}
