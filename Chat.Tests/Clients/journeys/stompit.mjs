// stompit, over TCP: bodies are streams, and errors come by callback.
import stompit from 'stompit';
import { Connection, credentials } from './connection.mjs';

export class Stompit extends Connection {
  static versions = ['1.0', '1.1', '1.2'];
  static cannot = {
    'bad credentials': () => 'it throws an ERROR of type text/plain where nobody can catch it',
  };

  #client;
  #reopen;
  #transactions = new Map();

  static async open(endpoint, options) {
    const { version, heartbeat = [0, 0], relay } = options;
    const connection = new Stompit();
    connection.#reopen = () => Stompit.open(endpoint, options);
    if (relay) connection.beats = relay.beats;
    const connectHeaders = { ...credentials(endpoint), host: '/', 'accept-version': version, 'heart-beat': heartbeat.join(',') };
    connection.#client = await new Promise((resolve, reject) => {
      // Left alone, it takes a server for dead that is a tenth of a second late.
      stompit.connect({ ...endpoint.tcp, connectHeaders, heartbeatDelayMargin: 4000 }, (error, client) => (error ? reject(error) : resolve(client)));
    });
    connection.greeting = connection.#client.headers;
    // In place of the library's own: see `cannot`.
    connection.#client.setCommandHandler('ERROR', ({ headers }) => connection.failed(new Error(`ERROR ${headers.message}`)));
    connection.#client.on('error', (error) => connection.failed(error));
    connection.#client.on('end', () => connection.failed(new Error('ended')));
    return connection;
  }

  /** The library leaves the length to its user, who has to give it where a NUL is no end. */
  send(destination, body, headers) {
    const length = body.includes('\0') ? { 'content-length': Buffer.byteLength(body) } : {};
    this.#client.send({ destination, ...length, ...headers }).end(body);
  }

  sendWithReceipt(destination, body) {
    return new Promise((onReceipt, onError) => this.#client.send({ destination }, { onReceipt, onError }).end(body));
  }

  /** The library asks for no receipt there; that of a later frame tells the same, as a server takes a session's frames in their order. */
  async subscribe(destination, options) {
    const subscription = this.newSubscription(destination, options);
    const { id, ack } = subscription;
    this.#client.subscribe({ destination, id, ack }, (error, message) => this.#took(error, message));
    await new Promise((onReceipt, onError) => this.#client.begin().abort({ onReceipt, onError }));
    return subscription;
  }

  unsubscribe({ id }) {
    this.#client.getSubscription(id).unsubscribe();
  }

  async repliesTo(name) {
    this.#client.setImplicitSubscription(name, 'auto', (error, message) => this.#took(error, message));
    return this.unexpected;
  }

  ack(message, transaction) {
    this.#client.ack(message.own, transaction && { transaction });
  }

  nack(message) {
    this.#client.nack(message.own);
  }

  begin() {
    const transaction = this.#client.begin();
    this.#transactions.set(transaction.id, transaction);
    return transaction.id;
  }

  commit(transaction) {
    this.#transactions.get(transaction).commit();
  }

  abort(transaction) {
    this.#transactions.get(transaction).abort();
  }

  async disconnect() {
    await new Promise((resolve, reject) => this.#client.disconnect((error) => (error ? reject(error) : resolve())));
  }

  leave() {
    return this.disconnect();
  }

  async again() {
    await this.closed;
    return await this.#reopen();
  }

  drop() {
    this.#client.destroy();
  }

  /** The end of the session comes to each subscription, and as an event: that one is listened to. */
  #took(error, message) {
    if (error) return;
    message.readString('utf-8', (_, body) => this.received(message, message.headers, body));
  }
}
