// The stompjs client of a browser's page, made the way such pages make it. What a script has to say it writes as one JSON value a line.
import { parseArgs } from 'node:util';
import { Client } from '@stomp/stompjs';
import SockJS from 'sockjs-client';
import WebSocket from 'ws';

const options = {
  url: { type: 'string' }, // http://127.0.0.1:8080/ws
  transport: { type: 'string', default: 'websocket' }, // websocket, sockjs, or one SockJS transport by name: xhr-streaming, xhr-polling
  token: { type: 'string' },
};

/** The script's arguments: --url, --transport, --token, and what `more` describes in the manner of node:util's parseArgs. */
export function readArguments(more = {}) {
  return parseArgs({ options: { ...options, ...more } }).values;
}

export function write(value) {
  process.stdout.write(JSON.stringify(value) + '\n');
}

/** A client that is not active yet. `config` goes to stompjs as it is. */
export function makeClient({ url, transport, token }, config = {}) {
  return new Client({
    webSocketFactory: socketFactory(url, transport),
    connectHeaders: token ? { Authorization: `Bearer ${token}` } : {},
    reconnectDelay: 0,
    ...config,
  });
}

/** Activates the client and settles when it is connected, or when the server or the network refuses. */
export function connect(client) {
  return new Promise((resolve, reject) => {
    client.onConnect = resolve;
    client.onStompError = (frame) => reject(new Error(`ERROR ${frame.headers.message}: ${frame.body}`));
    client.onWebSocketClose = (event) => reject(new Error(`closed ${event.code} ${event.reason}`));
    client.activate();
  });
}

function socketFactory(url, transport) {
  if (transport === 'websocket') {
    return () => new WebSocket(url.replace(/^http/, 'ws'), ['v12.stomp', 'v11.stomp', 'v10.stomp']);
  }
  const transports = transport === 'sockjs' ? undefined : [transport];
  // Without a limit of our own sockjs-client gives a transport less than a second, which a busy machine may need for its first request.
  return () => new SockJS(url, null, { transports, timeout: 20_000 });
}
