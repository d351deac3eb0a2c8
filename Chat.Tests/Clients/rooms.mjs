// Many people who chat in rooms at once, and who keep count: each message that gets no RECEIPT is sent again under its own id, each
// subscription goes on after the last number seen, and whatever comes out of order, twice or not at all is told in the end.
//
// Reads one line of JSON: { gateways: [url], people: [{ token, transport, gateway, rooms: [{ id, since }] }], messagesEach, expected: { roomId: events } }.
// Writes { event: 'connected' } when everybody is, { event: 'receipts', count } as they come, and { event: 'done', people: [...] }.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { makeClient, write } from './client.mjs';

/** Messages that one person may have under way. */
const WINDOW = 20;

const line = await new Promise((resolve) => createInterface({ input: process.stdin }).once('line', resolve));
const { gateways, people: described, messagesEach, expected } = JSON.parse(line);

let receipts = 0;
const total = described.length * messagesEach;
const people = described.map((one, index) => new Person(one, index));
await Promise.all(people.map((person) => person.online));
write({ event: 'connected' });
for (const person of people) person.begin();
await Promise.all(people.map((person) => person.finished));
write({ event: 'done', people: people.map((person) => person.report()) });
await Promise.all(people.map((person) => person.client.deactivate()));
process.exit(0);

function Person({ token, transport, gateway, rooms }, index) {
  const seen = new Map(rooms.map((room) => [room.id, { last: room.since, hash: createHash('sha256'), count: 0 }]));
  const faults = [];
  const underWay = new Map();
  let next = 0;
  let connections = 0;
  let begun = false;
  let at = gateway;
  let resolveOnline, resolveFinished;
  this.online = new Promise((resolve) => (resolveOnline = resolve));
  this.finished = new Promise((resolve) => (resolveFinished = resolve));

  const options = { transport, token, get url() { return gateways[at % gateways.length]; } };
  this.client = makeClient(options, { reconnectDelay: 200, heartbeatIncoming: 10000, heartbeatOutgoing: 10000 });
  const client = this.client;
  client.onConnect = () => {
    connections++;
    client.subscribe('/user/queue/errors', (frame) => faults.push(`refused: ${frame.body}`));
    for (const [room, state] of seen) {
      client.subscribe(`/topic/rooms/${room}`, (frame) => take(room, state, frame), { since: String(state.last) });
    }
    for (const message of underWay.values()) send(message);
    resolveOnline();
  };
  client.onStompError = (frame) => faults.push(`ERROR ${frame.headers.message}`);
  client.onWebSocketClose = () => at++;
  client.activate();

  this.begin = () => {
    begun = true;
    fill();
    finishIfDone();
  };

  this.report = () => ({
    connections,
    faults,
    rooms: [...seen].map(([id, state]) => ({ id, last: state.last, count: state.count, digest: state.hash.copy().digest('hex') })),
  });

  function fill() {
    while (begun && next < messagesEach && underWay.size < WINDOW) {
      const room = rooms[next % rooms.length].id;
      const message = { id: `${index}-${next}`, room, text: `메시지 ${index}-${next} 😀` };
      next++;
      underWay.set(message.id, message);
      if (client.connected) send(message);
    }
  }

  function send(message) {
    client.watchForReceipt(message.id, () => {
      if (!underWay.delete(message.id)) faults.push(`a second RECEIPT of ${message.id}`);
      receipts++;
      if (receipts % 500 === 0 || receipts === total) write({ event: 'receipts', count: receipts });
      fill();
      finishIfDone();
    });
    client.publish({
      destination: `/app/rooms/${message.room}/messages`,
      headers: { receipt: message.id, 'content-type': 'application/json' },
      body: JSON.stringify({ clientMessageId: message.id, type: 'TEXT', text: message.text }),
    });
  }

  function take(room, state, frame) {
    const event = JSON.parse(frame.body);
    if (event.event === 'room.reset') faults.push(`reset of ${room} at ${state.last}`);
    if (event.seq !== state.last + 1) faults.push(`${room}: ${event.seq} after ${state.last}`);
    if (String(event.seq) !== frame.headers.seq) faults.push(`${room}: header ${frame.headers.seq} with ${event.seq}`);
    state.last = event.seq;
    state.count++;
    state.hash.update(`${event.seq}:${event.message?.clientMessageId}:${event.message?.text}\n`);
    finishIfDone();
  }

  function finishIfDone() {
    if (underWay.size === 0 && next === messagesEach && [...seen].every(([room, state]) => state.last >= expected[room])) resolveFinished();
  }
}
