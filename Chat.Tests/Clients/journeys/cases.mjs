// What every client is put through. A case gets { open, relay, version }:
//
//   open(options)   a new session; options: { heartbeat: [outgoing, incoming] in ms, relay, badCredentials }
//   relay()         a line that can be cut, for `open`
//   version         the STOMP version that the session speaks
//
// It fails by throwing, and after ten seconds. What must not come is never waited for: a marker that was sent behind it shows that it did not.
// A marker may overtake what goes back to the queue when a session ends, so beside one the order is not looked at.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Cannot, Inbox } from './connection.mjs';

const queue = () => `/queue/journey-${randomUUID()}`;
const topic = () => `/topic/journey-${randomUUID()}`;
const bodies = (messages) => messages.map((message) => message.body);

export const cases = {
  async connect({ open, version }) {
    const session = await open();
    assert.equal(session.greeting.version ?? '1.0', version);
    await session.leave();
  },

  async 'bad credentials'({ open }) {
    await assert.rejects(open({ badCredentials: true }), /ERROR/);
  },

  async queue({ open }) {
    const session = await open();
    const destination = queue();
    await session.send(destination, 'sent before anybody listens');
    const { inbox } = await session.subscribe(destination);
    await session.send(destination, 'sent to a listener');

    const messages = await inbox.take(2);
    assert.deepEqual(bodies(messages), ['sent before anybody listens', 'sent to a listener']);
    for (const { headers } of messages) assert.equal(headers.destination, destination);
  },

  async topic({ open }) {
    const [one, other, sender] = [await open(), await open(), await open()];
    const destination = topic();
    const subscriptions = [await one.subscribe(destination), await one.subscribe(destination), await other.subscribe(destination)];
    await sender.send(destination, 'to everybody', { 'content-type': 'text/plain', 'x-of': 'the sender' });

    for (const { inbox } of subscriptions) {
      const { body, headers } = await inbox.next();
      assert.equal(body, 'to everybody');
      assert.equal(headers.destination, destination);
      assert.equal(headers['content-type'], 'text/plain');
      assert.equal(headers['x-of'], 'the sender');
    }
  },

  async unsubscribe({ open }) {
    const [first, second] = [await open(), await open()];
    const destination = queue();
    const subscription = await first.subscribe(destination);
    await first.send(destination, 'while subscribed');
    assert.equal((await subscription.inbox.next()).body, 'while subscribed');
    await first.unsubscribe(subscription);

    await first.send(destination, 'afterwards');
    const { inbox } = await second.subscribe(destination);
    assert.equal((await inbox.next()).body, 'afterwards');
  },

  async unicode({ open }) {
    const session = await open();
    const text = 'ÀÉ ß 안녕하세요 中文 العربية 😀👩‍👩‍👧 \u200b\u2028 end';
    const { inbox } = await roundTrip(session, text, { 'x-text': 'grüße 안녕 😀' });
    const { body, headers } = await inbox.next();
    assert.equal(body, text);
    assert.equal(headers['x-text'], 'grüße 안녕 😀');
  },

  async 'header escapes'({ open, version }) {
    if (version === '1.0') throw new Cannot('STOMP 1.0 has no escapes');
    const session = await open();
    // No backslash before c, n or r: stompjs 7 undoes the escapes one kind after the other, and would lose it by itself.
    const value = 'http://host:1/ \\ D:\\Temp\\ line one\nline two';
    const { inbox } = await roundTrip(session, 'body', { 'x-text': value });
    assert.equal((await inbox.next()).headers['x-text'], value);
  },

  async 'ack client'({ open }) {
    const [first, second] = [await open(), await open()];
    const { destination, messages } = await holdThree(first, 'client');
    await first.ack(messages[1]);
    await first.leave();

    const { inbox } = await second.subscribe(destination);
    await second.send(destination, 'marker');
    assert.deepEqual(bodies(await inbox.take(2)).sort(), ['marker', 'third']);
  },

  async 'ack client-individual'({ open, version }) {
    if (version === '1.0') throw new Cannot('STOMP 1.0 has no client-individual');
    const [first, second] = [await open(), await open()];
    const { destination, messages } = await holdThree(first, 'client-individual');
    await first.ack(messages[1]);
    await first.leave();

    const { inbox } = await second.subscribe(destination);
    await second.send(destination, 'marker');
    assert.deepEqual(bodies(await inbox.take(3)).sort(), ['first', 'marker', 'third']);
  },

  async nack({ open, version }) {
    if (version === '1.0') throw new Cannot('STOMP 1.0 has no NACK');
    const [first, second] = [await open(), await open()];
    const destination = queue();
    const { inbox } = await first.subscribe(destination, { ack: 'client-individual' });
    await first.send(destination, 'not now');
    await first.nack(await inbox.next());

    const again = await inbox.next();
    assert.equal(again.body, 'not now');
    assert.equal(again.headers.redelivered, 'true');
    await first.ack(again);
    await first.leave();
    const { inbox: rest } = await second.subscribe(destination);
    await second.send(destination, 'marker');
    assert.equal((await rest.next()).body, 'marker');
  },

  async 'redelivery after a disconnect'({ open }) {
    const [first, second] = [await open(), await open()];
    const { destination } = await holdThree(first, 'client');
    await first.leave();

    const { inbox } = await second.subscribe(destination);
    const messages = await inbox.take(3);
    assert.deepEqual(bodies(messages), ['first', 'second', 'third']);
    for (const { headers } of messages) assert.equal(headers.redelivered, 'true');
  },

  async 'transaction commit'({ open }) {
    const session = await open();
    const destination = queue();
    const { inbox } = await session.subscribe(destination);
    const transaction = await session.begin();
    await session.send(destination, 'first', { transaction });
    await session.send(destination, 'second', { transaction });
    await session.send(destination, 'outside');
    // What is in the transaction has not been delivered before its end.
    assert.equal((await inbox.next()).body, 'outside');
    await session.commit(transaction);
    assert.deepEqual(bodies(await inbox.take(2)), ['first', 'second']);
  },

  async 'transaction abort'({ open }) {
    const session = await open();
    const destination = queue();
    const { inbox } = await session.subscribe(destination);
    const transaction = await session.begin();
    await session.send(destination, 'never said', { transaction });
    await session.abort(transaction);
    await session.send(destination, 'marker');
    assert.equal((await inbox.next()).body, 'marker');
  },

  async 'ack in a transaction'({ open }) {
    const [first, second] = [await open(), await open()];
    const { destination, messages } = await holdThree(first, 'client');
    const committed = await first.begin();
    await first.ack(messages[0], committed);
    await first.commit(committed);
    const aborted = await first.begin();
    await first.ack(messages[2], aborted);
    await first.abort(aborted);
    await first.leave();

    const { inbox } = await second.subscribe(destination);
    assert.deepEqual(bodies(await inbox.take(2)), ['second', 'third']);
  },

  /** Net::Stomp asks for a RECEIPT inside the transaction, and sends COMMIT when it has it. */
  async send_transactional({ open }) {
    const session = await open();
    const destination = queue();
    await session.sendTransactional(destination, 'in a transaction of its own');
    const { inbox } = await session.subscribe(destination);
    assert.equal((await inbox.next()).body, 'in a transaction of its own');
  },

  async receipt({ open }) {
    const session = await open();
    const destination = queue();
    await session.sendWithReceipt(destination, 'one');
    await session.sendWithReceipt(destination, 'two');
    const { inbox } = await session.subscribe(destination);
    assert.deepEqual(bodies(await inbox.take(2)), ['one', 'two']);
  },

  async 'large body'({ open }) {
    const session = await open();
    // Every eight octets differ, so that a piece that is lost, doubled or out of place shows.
    const text = Array.from({ length: (1024 * 1024) / 8 }, (_, index) => `${index}`.padStart(7, '0') + '\n').join('');
    const { inbox } = await roundTrip(session, text);
    const { body } = await inbox.next();
    assert.equal(body.length, text.length);
    assert.ok(body === text, 'another body of the same length');
  },

  async 'body with NUL'({ open }) {
    const session = await open();
    const text = '\0begins, \0\0 is in the middle, ends\0';
    const { inbox } = await roundTrip(session, text);
    assert.equal((await inbox.next()).body, text);
    await session.send(queue(), 'the stream goes on');
  },

  async 'heart-beats'({ open, relay, version }) {
    if (version === '1.0') throw new Cannot('STOMP 1.0 has no heart-beats');
    // Whoever hears nothing for two or three intervals ends the session, so it has to survive four. Two seconds, so that a machine that is busy for one ends none.
    const session = await open({ heartbeat: [2000, 2000], relay: await relay() });
    await Promise.race([session.beats.each(4), session.closed.then((why) => assert.fail(`closed: ${why}`))]);
    await session.leave();
  },

  async 'competing consumers'({ open }) {
    const [one, other, sender] = [await open(), await open(), await open()];
    const destination = queue();
    const inbox = new Inbox();
    await one.subscribe(destination, { inbox });
    await other.subscribe(destination, { inbox });
    const sent = Array.from({ length: 10 }, (_, index) => `message ${index}`);
    for (const body of sent) await sender.send(destination, body);

    const messages = await inbox.take(sent.length);
    assert.deepEqual(bodies(messages).sort(), sent);
    for (const consumer of [one, other]) assert.ok(messages.some((message) => message.connection === consumer), 'one consumer got nothing');
  },

  async 'reply-to'({ open }) {
    const [asking, answering] = [await open(), await open()];
    const destination = queue();
    const { inbox } = await answering.subscribe(destination);
    const name = `/temp-queue/journey-${randomUUID().slice(0, 8)}`;
    const replies = await asking.repliesTo(name);
    await asking.send(destination, 'question', { 'reply-to': name, 'correlation-id': '42' });

    const question = await inbox.next();
    assert.equal(question.body, 'question');
    await answering.send(question.headers['reply-to'], 'answer', { 'correlation-id': question.headers['correlation-id'] });
    const answer = await replies.next();
    assert.equal(answer.body, 'answer');
    assert.equal(answer.headers['correlation-id'], '42');
    assert.equal(answer.headers.subscription, name);
  },

  async reconnect({ open, relay }) {
    const line = await relay();
    const session = await open({ relay: line });
    const destination = queue();
    const subscription = await session.subscribe(destination, { ack: 'client' });
    await session.send(destination, 'taken, not acknowledged');
    assert.equal((await subscription.inbox.next()).body, 'taken, not acknowledged');

    line.cut();
    const next = await session.again();
    const { inbox } = await next.resume(subscription);
    const message = await inbox.next();
    assert.equal(message.body, 'taken, not acknowledged');
    assert.equal(message.headers.redelivered, 'true');
    await next.ack(message);
    await next.send(destination, 'goes on');
    assert.equal((await inbox.next()).body, 'goes on');
  },

  async disconnect({ open }) {
    const session = await open();
    await session.disconnect();
  },
};

async function roundTrip(session, body, headers) {
  const destination = queue();
  const subscription = await session.subscribe(destination);
  await session.send(destination, body, headers);
  return subscription;
}

async function holdThree(session, ack) {
  const destination = queue();
  const { inbox } = await session.subscribe(destination, { ack });
  for (const body of ['first', 'second', 'third']) await session.send(destination, body);
  return { destination, messages: await inbox.take(3) };
}
