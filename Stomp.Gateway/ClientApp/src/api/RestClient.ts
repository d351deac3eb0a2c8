import type { Invite, Member, Message, Page, Room } from './contract';

export interface NewGroup {
  name: string;
  visibility: 'public' | 'private';
  memberIds: string[];
}

/** The server understood and said no. `message` is its `detail`, a sentence fit to be shown. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** Where the bearer token comes from; `renew` is called once when the server answers 401. */
export interface BearerTokens {
  current(): Promise<string>;
  renew(): Promise<string>;
}

/** The REST part of docs/protocol.md, as far as the page uses it. */
export class RestClient {
  constructor(
    private readonly tokens: BearerTokens,
    private readonly baseUrl = '/api/v1',
  ) {}

  rooms(cursor: string | null, signal?: AbortSignal): Promise<Page<Room>> {
    return this.call('GET', `/rooms${query({ cursor })}`, undefined, signal);
  }

  publicRooms(q: string, signal?: AbortSignal): Promise<Page<Room>> {
    return this.call('GET', `/rooms/public${query({ q })}`, undefined, signal);
  }

  createGroup(group: NewGroup): Promise<Room> {
    return this.call('POST', '/rooms', { kind: 'group', ...group });
  }

  openDirect(userId: string): Promise<Room> {
    return this.call('POST', '/rooms/direct', { userId });
  }

  join(roomId: string, inviteCode: string | null): Promise<Room> {
    return this.call('POST', `${room(roomId)}/join`, inviteCode === null ? {} : { inviteCode });
  }

  leave(roomId: string): Promise<void> {
    return this.call('POST', `${room(roomId)}/leave`);
  }

  members(roomId: string): Promise<Page<Member>> {
    return this.call('GET', `${room(roomId)}/members`);
  }

  createInvite(roomId: string): Promise<Invite> {
    return this.call('POST', `${room(roomId)}/invites`, {});
  }

  /** The `limit` messages before `before`, in ascending `seq`. */
  messagesBefore(roomId: string, before: number, limit: number): Promise<Page<Message>> {
    return this.call('GET', `${room(roomId)}/messages${query({ before, limit })}`);
  }

  private async call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    let response = await this.fetch(await this.tokens.current(), method, path, body, signal);
    if (response.status === 401) {
      response = await this.fetch(await this.tokens.renew(), method, path, body, signal);
    }
    if (!response.ok) throw await refusalOf(response);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  private fetch(token: string, method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { Authorization: `Bearer ${token}`, Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    return fetch(this.baseUrl + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  }
}

async function refusalOf(response: Response): Promise<Refused> {
  const fallback = `The server answered ${response.status}.`;
  if (!response.headers.get('Content-Type')?.includes('json')) return new Refused(response.status, 'unavailable', fallback);
  const problem = (await response.json()) as { code?: string; detail?: string; title?: string };
  return new Refused(response.status, problem.code ?? 'unavailable', problem.detail ?? problem.title ?? fallback);
}

const room = (roomId: string) => `/rooms/${encodeURIComponent(roomId)}`;

function query(values: Record<string, string | number | null>): string {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()}`;
}
