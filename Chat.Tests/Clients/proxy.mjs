// A reverse proxy in front of a page and the gateway, as it stands before a Spring application: it knows who is logged in, and tells the gateway by a token.
import http from 'node:http';
import { createReadStream } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { gateway: { type: 'string' }, token: { type: 'string' } } });
const { hostname, port } = new URL(values.gateway);
const folder = fileURLToPath(new URL('.', import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };

const server = http.createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://proxy');
  if (!pathname.startsWith('/ws')) return serve(pathname, response);
  const asked = ask(request);
  asked.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode, answer.headers)));
  asked.on('error', () => response.destroy());
  request.pipe(asked);
});

server.on('upgrade', (request, socket, head) => {
  const asked = ask(request);
  asked.on('upgrade', (answer, upstream, first) => {
    socket.write(headOf(answer));
    socket.write(first);
    upstream.write(head);
    upstream.on('error', () => socket.destroy());
    socket.pipe(upstream).pipe(socket);
  });
  asked.on('response', (answer) => {
    socket.write(headOf(answer)); // refused
    answer.pipe(socket);
  });
  asked.on('error', () => socket.destroy());
  socket.on('error', () => asked.destroy());
  asked.end();
});

server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));

/** The same request for the gateway. Host stays, so that the page's origin is the gateway's own. */
function ask({ method, url, headers }) {
  return http.request({ hostname, port, method, path: url, headers: { ...headers, authorization: `Bearer ${values.token}` } });
}

function headOf(answer) {
  const lines = [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`];
  for (let i = 0; i < answer.rawHeaders.length; i += 2) lines.push(`${answer.rawHeaders[i]}: ${answer.rawHeaders[i + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function serve(pathname, response) {
  const file = createReadStream(join(folder, pathname));
  file.on('open', () => file.pipe(response.writeHead(200, { 'content-type': types[extname(pathname)] ?? 'application/octet-stream' })));
  file.on('error', () => response.writeHead(404).end());
}
