// Puts one client through the cases against one server: node run.mjs --client stompjs7 --ws ws://127.0.0.1:15674/ws --login guest --passcode guest
// A line for each case and version: {"client":…,"case":…,"version":…,"outcome":"pass"|"fail"|"cannot","detail":…}
import { parseArgs } from 'node:util';
import { cases } from './cases.mjs';
import { clients } from './clients.mjs';
import { Cannot } from './connection.mjs';
import { Relay, through } from './relay.mjs';

const LIMIT = 40_000;

const { values: given } = parseArgs({
  options: {
    client: { type: 'string' }, // a name of clients.mjs
    ws: { type: 'string' }, // ws://127.0.0.1:8080/ws
    sockjs: { type: 'string' }, // http://127.0.0.1:8080/ws
    tcp: { type: 'string' }, // 127.0.0.1:61613
    login: { type: 'string' },
    passcode: { type: 'string' },
    token: { type: 'string' }, // sent as Authorization: Bearer, in place of login and passcode
    case: { type: 'string', multiple: true }, // all unless named
  },
});
const endpoint = { ...given, tcp: given.tcp && { host: given.tcp.split(':')[0], port: Number(given.tcp.split(':')[1]) } };
const { library, transport } = clients[given.client];

await Promise.all(library.versions.map(runAll));
process.exit(0);

async function runAll(version) {
  for (const name of given.case ?? Object.keys(cases)) {
    const { outcome, detail } = await run(name, version);
    process.stdout.write(JSON.stringify({ client: given.client, case: name, version, outcome, detail }) + '\n');
  }
}

async function run(name, version) {
  const why = library.cannot[name]?.(version);
  if (why) return { outcome: 'cannot', detail: why };

  const opened = [];
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`not done in ${LIMIT / 1000} s`)), LIMIT)));
  const began = Date.now();
  try {
    await Promise.race([late, cases[name]({ version, open, relay })]);
    return { outcome: 'pass', detail: `${Date.now() - began} ms` };
  } catch (error) {
    return { outcome: error instanceof Cannot ? 'cannot' : 'fail', detail: error.message };
  } finally {
    clearTimeout(timer);
    await Promise.allSettled(opened.map((one) => one.drop?.() ?? one.close()));
  }

  async function open({ relay: line, badCredentials, ...options } = {}) {
    const where = line ? through(line, endpoint) : endpoint;
    const who = badCredentials ? { token: where.token && `${where.token}0`, passcode: `${where.passcode}0` } : {};
    const connection = await library.open({ ...where, ...who }, { transport, version, relay: line, ...options });
    opened.push(connection);
    return connection;
  }

  async function relay() {
    const line = await Relay.start(transport === 'tcp' ? endpoint.tcp : addressOf(transport === 'websocket' ? endpoint.ws : endpoint.sockjs));
    opened.push(line);
    return line;
  }
}

function addressOf(url) {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}
