// stompjs 2.3.3, which most pages for Spring were written with: the page makes the socket, and one socket is one session.
import Stomp from 'stompjs';
import { Connection, credentials } from './connection.mjs';
import { socket } from './sockets.mjs';

export class Stompjs2 extends Connection {
  /** It always offers 1.1 and 1.0, and every server takes the higher. */
  static versions = ['1.1'];
  static cannot = {
    'header escapes': () => 'it never escapes',
    'body with NUL': () => 'it parts what it receives at each NUL',
    'disconnect': () => 'it closes the socket behind DISCONNECT without waiting',
  };

  client;
  #socket;
  #reopen;

  static async open(endpoint, options) {
    const { transport, version, heartbeat = [0, 0] } = options;
    const connection = new this();
    connection.#reopen = () => this.open(endpoint, options);
    const protocols = this.protocols(version);
    connection.#socket = socket(endpoint, transport, protocols);
    connection.#socket.addEventListener('error', (event) => connection.failed(new Error(event.message)));
    connection.#socket.addEventListener('close', (event) => connection.failed(new Error(`closed ${event.code} ${event.reason}`)));
    connection.client = this.over(connection.#socket, protocols);
    await connection.#connect(credentials(endpoint), heartbeat);
    return connection;
  }

  static protocols() {
    return ['v10.stomp', 'v11.stomp'];
  }

  static over(socket) {
    return Stomp.over(socket);
  }

  #connect(headers, [outgoing, incoming]) {
    const client = this.client;
    client.heartbeat = { outgoing, incoming };
    client.debug = (line) => {
      if (line === '>>> PING') this.beats.sent();
      if (line === '<<< PONG') this.beats.received();
    };
    client.onreceipt = (frame) => this.receipted(frame.headers['receipt-id']);
    client.onreceive = (frame) => this.took(frame);
    return new Promise((resolve, reject) => {
      const connected = (frame) => {
        this.greeting = frame.headers;
        resolve();
      };
      const failed = (what) => {
        const error = new Error(what.command ? `ERROR ${what.headers.message}: ${what.body}` : 'the connection was lost');
        reject(error);
        this.failed(error);
      };
      client.connect(headers, connected, failed);
    });
  }

  send(destination, body, headers = {}) {
    this.client.send(destination, { ...headers }, body);
  }

  async sendWithReceipt(destination, body) {
    const receipt = this.newName('receipt');
    const settled = this.receipt(receipt);
    this.send(destination, body, { receipt });
    await settled;
  }

  async subscribe(destination, options) {
    const subscription = this.newSubscription(destination, options);
    const { id, ack } = subscription;
    const receipt = this.newName('receipt');
    const settled = this.receipt(receipt);
    this.client.subscribe(destination, (frame) => this.took(frame), { id, ack, receipt });
    await settled;
    return subscription;
  }

  unsubscribe({ id }) {
    this.client.unsubscribe(id);
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
    return this.client.begin().id;
  }

  commit(transaction) {
    this.client.commit(transaction);
  }

  abort(transaction) {
    this.client.abort(transaction);
  }

  async leave() {
    this.client.disconnect();
    await this.closed;
  }

  async again() {
    await this.closed;
    return await this.#reopen();
  }

  drop() {
    this.#socket.close();
  }

  took(frame) {
    this.received(frame, frame.headers, frame.body);
  }
}
