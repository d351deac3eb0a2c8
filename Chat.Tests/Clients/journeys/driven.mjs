// Clients in other languages: a program beside this file holds one session of its library, and does what it is told by one JSON value a line.
//
// To the program, { do: … } with
//   connect: host, port, version, headers, heartbeat    send: destination, body, headers; with `receipt` it asks for one, in its own way
//   send_transactional: destination, body, receipt
//   subscribe: id, destination, ack, receipt            unsubscribe: id
//   ack, nack: message (its number), transaction        begin, commit, abort: transaction
//   disconnect: with a receipt; leave: without          again: the session after the line was cut
// From the program, { is: … } with
//   connected: headers, resumed (whether the library has made the subscriptions again)
//   message: number, headers, body                      receipt: id
//   error: headers, body                                disconnected: the RECEIPT of DISCONNECT came
//   failed: why                                         closed
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Connection, credentials } from './connection.mjs';

export class Driven extends Connection {
  #program;
  #resumed;
  #next = {};

  static async open(endpoint, { version, heartbeat = [0, 0], relay }) {
    const connection = new this();
    if (relay) connection.beats = relay.beats;
    connection.#start();
    const connected = connection.#hear('connected');
    connection.tell('connect', { ...endpoint.tcp, version, headers: credentials(endpoint), heartbeat });
    connection.greeting = (await connected).headers;
    return connection;
  }

  send(destination, body, headers = {}) {
    this.tell('send', { destination, body, headers });
  }

  async sendWithReceipt(destination, body) {
    const receipt = this.newName('receipt');
    const settled = this.receipt(receipt);
    this.tell('send', { destination, body, headers: {}, receipt });
    await settled;
  }

  async subscribe(destination, options) {
    const subscription = this.newSubscription(destination, options);
    const { id, ack } = subscription;
    const receipt = this.newName('receipt');
    const settled = this.receipt(receipt);
    this.tell('subscribe', { id, destination, ack, receipt });
    await settled;
    return subscription;
  }

  unsubscribe({ id }) {
    this.tell('unsubscribe', { id });
  }

  async repliesTo() {
    return this.unexpected;
  }

  ack(message, transaction) {
    this.tell('ack', { message: message.own, transaction });
  }

  nack(message) {
    this.tell('nack', { message: message.own });
  }

  begin() {
    const transaction = this.newName('transaction');
    this.tell('begin', { transaction });
    return transaction;
  }

  commit(transaction) {
    this.tell('commit', { transaction });
  }

  abort(transaction) {
    this.tell('abort', { transaction });
  }

  async disconnect() {
    const disconnected = this.#hear('disconnected');
    this.tell('disconnect');
    await disconnected;
  }

  async leave() {
    this.tell('leave');
    await this.closed;
  }

  async again() {
    await this.#hear('closed');
    const connected = this.#hear('connected');
    this.tell('again');
    this.#resumed = (await connected).resumed;
    return this;
  }

  resume(subscription) {
    return this.#resumed ? subscription : super.resume(subscription);
  }

  drop() {
    this.#program.kill('SIGKILL');
  }

  #start() {
    const [command, script] = this.constructor.command;
    this.#program = spawn(command, [fileURLToPath(new URL(script, import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#program.on('error', (error) => this.failed(error));
    this.#program.on('close', () => this.failed(new Error('the program ended')));
    this.#program.stdin.on('error', (error) => this.failed(error));
    createInterface({ input: this.#program.stdout }).on('line', (line) => this.#told(JSON.parse(line)));
  }

  tell(what, more) {
    this.#program.stdin.write(JSON.stringify({ do: what, ...more }) + '\n');
  }

  #told(event) {
    switch (event.is) {
      case 'message':
        this.received(event.number, event.headers, event.body);
        break;
      case 'receipt':
        this.receipted(event.id);
        break;
      case 'error':
        this.failed(new Error(`ERROR ${event.headers.message}: ${event.body}`));
        break;
      case 'failed':
        this.failed(new Error(event.why));
        break;
      case 'closed':
        this.close('closed');
        break;
    }
    this.#next[event.is]?.(event);
  }

  /** Settles at the next event of that kind; fails when the session does. */
  #hear(what) {
    const heard = new Promise((resolve) => (this.#next[what] = resolve));
    const failed = this.broken.then((error) => Promise.reject(error));
    return Promise.race([heard, failed]);
  }
}

export class StompPy extends Driven {
  static versions = ['1.0', '1.1', '1.2'];
  static command = ['/usr/bin/python3', 'stomp_py.py'];
  static cannot = {};
}

export class NetStomp extends Driven {
  static versions = ['1.0', '1.1', '1.2'];
  static command = ['/usr/bin/perl', 'net_stomp.pl'];
  static cannot = {
    'header escapes': () => 'it never escapes',
    'heart-beats': () => 'it sends none',
    'disconnect': () => 'it closes the socket behind DISCONNECT without waiting',
  };

  async sendTransactional(destination, body) {
    const receipt = this.newName('receipt');
    const settled = this.receipt(receipt);
    this.tell('send_transactional', { destination, body, receipt });
    await settled;
  }
}
