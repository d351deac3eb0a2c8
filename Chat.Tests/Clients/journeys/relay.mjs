// Stands between a client and the server, so that a case can cut the line without the library's help, and see what goes over it.
import net from 'node:net';
import { Beats } from './connection.mjs';

export class Relay {
  /** Heart-beats of clients that speak TCP: a lone line end. */
  beats = new Beats();
  #lines = new Set();
  #server;

  static async start({ host, port }) {
    const relay = new Relay();
    relay.#server = net.createServer((client) => relay.#join(client, net.connect(port, host)));
    await new Promise((resolve, reject) => relay.#server.once('error', reject).listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get host() {
    return '127.0.0.1';
  }

  get port() {
    return this.#server.address().port;
  }

  /** Every line that is open now breaks; new ones are let through. */
  cut() {
    for (const socket of this.#lines) socket.resetAndDestroy();
  }

  close() {
    this.cut();
    this.#server.close();
  }

  #join(client, server) {
    this.#carry(client, server, () => this.beats.sent());
    this.#carry(server, client, () => this.beats.received());
  }

  #carry(from, to, onBeat) {
    this.#lines.add(from);
    from.setNoDelay(true);
    from.on('data', (octets) => {
      if (octets.length === 1 && octets[0] === 0x0a) onBeat();
    });
    from.on('error', () => to.destroy()); // the other side hears of it by the end of its own line
    from.on('close', () => this.#lines.delete(from));
    from.pipe(to);
  }
}

/** The same endpoint, by way of the relay. */
export function through(relay, endpoint) {
  const move = (url) => url && Object.assign(new URL(url), { host: `${relay.host}:${relay.port}` }).href;
  return { ...endpoint, ws: move(endpoint.ws), sockjs: move(endpoint.sockjs), tcp: endpoint.tcp && { host: relay.host, port: relay.port } };
}
