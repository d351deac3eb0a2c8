// What the cases need of a client, whichever library it is. Each module beside this one says how its library does it.
import { randomUUID } from 'node:crypto';

/** Thrown where a library has no such call, or a version of STOMP no such frame: the case is not judged. */
export class Cannot extends Error {}

/** What came and was not taken yet. Who waits for more fails when the connection does. */
export class Inbox {
  #items = [];
  #takers = [];
  #failure;

  put(item) {
    const taker = this.#takers.shift();
    if (taker) taker.resolve(item);
    else this.#items.push(item);
  }

  next() {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift());
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => this.#takers.push({ resolve, reject }));
  }

  async take(count) {
    const items = [];
    while (items.length < count) items.push(await this.next());
    return items;
  }

  fail(error) {
    this.#failure ??= error;
    for (const taker of this.#takers.splice(0)) taker.reject(error);
  }
}

/** Counts heart-beats in both directions, and tells when enough have gone each way. */
export class Beats {
  #sent = 0;
  #received = 0;
  #waiting = [];

  sent() {
    this.#sent++;
    this.#check();
  }

  received() {
    this.#received++;
    this.#check();
  }

  each(count) {
    return new Promise((resolve) => {
      this.#waiting.push({ count, resolve });
      this.#check();
    });
  }

  #check() {
    this.#waiting = this.#waiting.filter(({ count, resolve }) => {
      if (this.#sent < count || this.#received < count) return true;
      resolve();
      return false;
    });
  }
}

/**
 * One session of one library. A subclass has `static open(endpoint, options)`, with `options` as in cases.mjs, and these:
 *
 *   send(destination, body, headers)        sendWithReceipt(destination, body): settles at the RECEIPT
 *   subscribe(destination, { ack, inbox }): settles when the subscription is in effect, with { id, destination, ack, inbox }
 *   unsubscribe(subscription)               ack(message, transaction), nack(message)
 *   begin(): the transaction's name         commit(transaction), abort(transaction)
 *   repliesTo(name): the Inbox of replies to the /temp-queue of that name
 *   disconnect(): settles at the RECEIPT    leave(): as the library usually ends; settles when the socket is closed
 *   again(): the session after a cut        drop(): ends whatever is left, without a word
 *
 * A message is { headers, body, connection }, and `own` is whatever the library made of it.
 */
export class Connection {
  /** The headers of CONNECTED. */
  greeting;
  /** Messages for subscriptions that the client never made, as replies to a /temp-queue are. */
  unexpected = new Inbox();
  beats = new Beats();
  #subscriptions = new Map();
  #receipts = new Map();
  #break;

  constructor() {
    this.closed = new Promise((resolve) => (this.close = resolve));
    this.broken = new Promise((resolve) => (this.#break = resolve));
  }

  newName(kind) {
    return `${kind}-${randomUUID().slice(0, 8)}`;
  }

  newSubscription(destination, { ack = 'auto', inbox = new Inbox() } = {}) {
    const subscription = { id: this.newName('sub'), destination, ack, inbox };
    this.#subscriptions.set(subscription.id, subscription);
    return subscription;
  }

  /** One SEND in a transaction of its own, with a RECEIPT before COMMIT, where a library has that as one call. */
  async sendTransactional() {
    throw new Cannot('it has no such call');
  }

  /** For libraries that lose their subscriptions with the socket; one that makes them again by itself answers with the old one. */
  resume({ destination, ack }) {
    return this.subscribe(destination, { ack });
  }

  /** Puts a message to its subscription, by the header of that name. */
  received(own, headers, body) {
    const subscription = this.#subscriptions.get(headers.subscription);
    (subscription?.inbox ?? this.unexpected).put({ own, headers, body, connection: this });
  }

  /** Settles when the RECEIPT of that name comes. */
  receipt(name) {
    return new Promise((resolve, reject) => this.#receipts.set(name, { resolve, reject }));
  }

  receipted(name) {
    this.#receipts.get(name)?.resolve();
    this.#receipts.delete(name);
  }

  /** The session is over: whatever is waited for will not come. */
  failed(error) {
    for (const { inbox } of this.#subscriptions.values()) inbox.fail(error);
    this.unexpected.fail(error);
    for (const { reject } of this.#receipts.values()) reject(error);
    this.#receipts.clear();
    this.#break(error);
    this.close(error);
  }
}

/** The headers by which a client says who it is: a token where there is one, else login and passcode. */
export function credentials({ token, login, passcode }) {
  return token ? { Authorization: `Bearer ${token}` } : { login, passcode };
}
