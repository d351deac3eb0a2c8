import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ScriptedRoom } from '../../testing/ScriptedRoom';
import { Outbox, OUTBOX_LIMIT, type OutboxStorage, type PendingMessage } from './Outbox';
import { RoomFeed } from './RoomFeed';
import { timelineRows } from './timelineRows';

const me = { id: 'alice', name: 'Alice' };

class MemoryStorage implements OutboxStorage {
  saved: readonly PendingMessage[] = [];
  load = () => [...this.saved];
  save = (messages: readonly PendingMessage[]) => {
    this.saved = messages;
  };
}

function openRoom(server = new ScriptedRoom(), storage = new MemoryStorage()) {
  let made = 0;
  const outbox = new Outbox(server, storage, () => `mine-${++made}`);
  const history = (_room: string, before: number, limit: number) =>
    Promise.resolve(server.messages.filter((message) => message.seq < before).slice(-limit));
  const feed = new RoomFeed(server.roomId, me.id, server, outbox, history);
  const close = feed.open();
  const shown = () => timelineRows(feed.state.timeline?.messages ?? [], outbox.messages, me).map((row) => row.message?.text ?? row.pending?.text);
  return { server, storage, outbox, feed, close, shown };
}

const textsOf = (server: ScriptedRoom) => server.messages.map((message) => message.text);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('A room that is open', () => {
  test('shows what was there and what comes', async () => {
    const { server, shown } = openRoom();
    server.write('before');
    server.connect();
    await server.settle();
    server.write('after');
    await server.settle();
    expect(shown()).toEqual(['before', 'after']);
  });

  test('catches up with what it missed while the connection was down', async () => {
    const { server, shown } = openRoom();
    server.connect();
    await server.settle();
    server.cut();
    server.write('missed');
    server.connect();
    server.write('live');
    await server.settle();
    expect(shown()).toEqual(['missed', 'live']);
  });

  test('is loaded anew after a reset, and follows the new epoch from there', async () => {
    const { server, shown } = openRoom();
    for (const text of ['one', 'two', 'three']) server.write(text);
    server.connect();
    await server.settle();
    server.cut();
    server.restore(1);
    server.connect();
    await server.settle();
    await vi.advanceTimersByTimeAsync(10);
    await server.settle();
    server.write('four');
    await server.settle();
    expect(shown()).toEqual(['one', 'four']);
  });

  test('loads older messages without a hole', async () => {
    const { server, feed, shown } = openRoom();
    for (let i = 0; i < 120; i++) server.write(`line ${i}`);
    server.connect();
    await server.settle();
    expect(shown()).toHaveLength(50);
    await feed.loadOlder();
    await feed.loadOlder();
    expect(shown()).toEqual(textsOf(server));
    expect(feed.state.timeline?.complete).toBe(true);
  });

  test('says that it was read only while the reader is at its end', async () => {
    const { server, feed } = openRoom();
    server.write('hello');
    server.connect();
    await server.settle();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.sent).toEqual([]);
    feed.setReading(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server.sent).toEqual([{ destination: '/app/rooms/room/read', body: { seq: 1 } }]);
  });

  test('stays silent after it was closed', async () => {
    const { server, close, shown } = openRoom();
    server.connect();
    await server.settle();
    close();
    server.write('unheard');
    await server.settle();
    expect(shown()).toEqual([]);
  });
});

describe('What I write', () => {
  test('is shown at once, and once only when it is stored', async () => {
    const { server, outbox, shown } = openRoom();
    server.connect();
    await server.settle();
    outbox.post('room', 'hello');
    expect(shown()).toEqual(['hello']);
    await server.settle();
    expect(shown()).toEqual(['hello']);
    expect(outbox.messages).toEqual([]);
  });

  test('waits for the connection and survives a reload', async () => {
    const { server, storage, outbox, close } = openRoom();
    outbox.post('room', 'written offline');
    close();
    outbox.close();
    const reloaded = openRoom(server, storage);
    server.connect();
    await server.settle();
    expect(textsOf(server)).toEqual(['written offline']);
    expect(reloaded.shown()).toEqual(['written offline']);
    expect(storage.saved).toEqual([]);
  });

  test('is sent again with the same id when its receipt was lost', async () => {
    const { server, outbox, shown } = openRoom();
    server.connect();
    await server.settle();
    outbox.post('room', 'stored, but I was not told');
    server.deliver('toServer');
    server.cut();
    server.connect();
    await server.settle();
    const ids = server.sent.map(({ body }) => (body as { clientMessageId: string }).clientMessageId);
    expect(ids).toEqual(['mine-1', 'mine-1']);
    expect(shown()).toEqual(['stored, but I was not told']);
  });

  test('says why it was refused, and goes out again when asked', async () => {
    const { server, outbox } = openRoom();
    server.connect();
    await server.settle();
    outbox.post('room', 'hello');
    server.onRejection.emit({ code: 'muted', detail: 'You are muted.', clientMessageId: 'mine-1' });
    expect(outbox.messages[0]).toMatchObject({ state: 'refused', refusal: 'You are muted.' });
    outbox.retry('mine-1');
    await server.settle();
    expect(textsOf(server)).toEqual(['hello']);
  });

  test('goes out again by itself when it only came too fast', async () => {
    const { server, outbox } = openRoom();
    server.connect();
    outbox.post('room', 'hello');
    server.onRejection.emit({ code: 'rate_limited', detail: 'Too fast.', clientMessageId: 'mine-1', retryAfterMs: 900 });
    expect(server.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(900);
    expect(server.sent).toHaveLength(2);
  });

  test('is not taken when too much is waiting', () => {
    const { outbox } = openRoom();
    for (let i = 0; i < OUTBOX_LIMIT; i++) expect(outbox.post('room', `${i}`)).toBe(true);
    expect(outbox.post('room', 'one too many')).toBe(false);
  });
});

describe('Whatever happens to the connection', () => {
  test.each(Array.from({ length: 100 }, (_, index) => index + 100))('everything is shown once and in order (seed %i)', async (seed) => {
    const random = generator(seed);
    const { server, outbox, shown } = openRoom();
    const posted: string[] = [];
    for (let step = 0; step < 150; step++) {
      const dice = random();
      if (dice < 0.12) server.write(`bob ${step}`);
      else if (dice < 0.24) {
        posted.push(`alice ${step}`);
        outbox.post('room', `alice ${step}`);
      } else if (dice < 0.3) server.cut();
      else if (dice < 0.4 && server.state !== 'online') server.connect();
      else server.deliver(dice < 0.7 ? 'toServer' : 'toClient');
      if (random() < 0.5) await Promise.resolve();
      const seen = shown();
      expect(new Set(seen).size).toBe(seen.length);
    }
    if (server.state !== 'online') server.connect();
    await server.settle();
    expect(shown()).toEqual(textsOf(server).slice(-shown().length));
    expect(shown().length).toBeGreaterThanOrEqual(Math.min(50, server.messages.length));
    expect(textsOf(server).filter((text) => text?.startsWith('alice'))).toEqual(posted);
    expect(outbox.messages).toEqual([]);
  });
});

/** Mulberry32: the same numbers for the same seed. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
