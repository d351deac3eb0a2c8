// @stomp/stompjs 7, as a page uses it: the library makes the socket, and makes it again when it was lost.
import { Client, Versions } from '@stomp/stompjs';
import { Connection, credentials } from './connection.mjs';
import { socket } from './sockets.mjs';

export class Stompjs7 extends Connection {
  static versions = ['1.0', '1.1', '1.2'];
  static cannot = {
    'header escapes': (version) => version === '1.1' && 'stompjs 7 escapes in STOMP 1.2 alone',
  };

  #client;
  #reconnected;

  static async open(endpoint, { transport, version, heartbeat = [0, 0], relay }) {
    const connection = new Stompjs7();
    const stompVersions = new Versions([version]);
    const client = new Client({
      webSocketFactory: () => socket(endpoint, transport, stompVersions.protocolVersions()),
      stompVersions,
      connectHeaders: credentials(endpoint),
      heartbeatOutgoing: heartbeat[0],
      heartbeatIncoming: heartbeat[1],
      // Only where the line may be cut: elsewhere a lost connection is a failure.
      reconnectDelay: relay ? 50 : 0,
      debug: (line) => line === '>>> PING' && connection.beats.sent(),
      onHeartbeatReceived: () => connection.beats.received(),
      onUnhandledMessage: (message) => connection.#took(message),
    });
    connection.#client = client;
    const connected = new Promise((resolve, reject) => {
      client.onStompError = (frame) => {
        reject(new Error(`ERROR ${frame.headers.message}`));
        connection.failed(new Error(`ERROR ${frame.headers.message}: ${frame.body}`));
      };
      client.onWebSocketClose = (event) => {
        const error = new Error(`closed ${event.code} ${event.reason}`);
        reject(error);
        if (relay) connection.close(error);
        else connection.failed(error);
      };
      client.onConnect = (frame) => {
        connection.greeting = frame.headers;
        resolve();
        connection.#reconnected?.();
      };
      client.activate();
    });
    try {
      await connected;
      return connection;
    } catch (error) {
      connection.drop();
      throw error;
    }
  }

  send(destination, body, headers) {
    this.#client.publish({ destination, body, headers });
  }

  sendWithReceipt(destination, body) {
    return this.#withReceipt((headers) => this.#client.publish({ destination, body, headers }));
  }

  async subscribe(destination, options) {
    const subscription = this.newSubscription(destination, options);
    const { id, ack } = subscription;
    await this.#withReceipt((headers) => this.#client.subscribe(destination, (message) => this.#took(message), { ...headers, id, ack }));
    return subscription;
  }

  unsubscribe({ id }) {
    return this.#withReceipt((headers) => this.#client.unsubscribe(id, headers));
  }

  async repliesTo() {
    return this.unexpected;
  }

  ack(message, transaction) {
    message.own.ack(transaction && { transaction });
  }

  nack(message) {
    message.own.nack();
  }

  begin() {
    return this.#client.begin().id;
  }

  commit(transaction) {
    this.#client.commit(transaction);
  }

  abort(transaction) {
    this.#client.abort(transaction);
  }

  async disconnect() {
    const receipt = new Promise((resolve) => (this.#client.onDisconnect = resolve));
    await this.#client.deactivate();
    await Promise.race([receipt, Promise.reject(new Error('closed without a RECEIPT'))]);
  }

  leave() {
    return this.#client.deactivate();
  }

  async again() {
    await new Promise((resolve) => (this.#reconnected = resolve));
    return this;
  }

  drop() {
    this.failed(new Error('given up'));
    return this.#client.deactivate({ force: true });
  }

  #took(message) {
    this.received(message, message.headers, message.body);
  }

  async #withReceipt(call) {
    const receipt = this.newName('receipt');
    const settled = this.receipt(receipt);
    this.#client.watchForReceipt(receipt, () => this.receipted(receipt));
    call({ receipt });
    await settled;
  }
}
