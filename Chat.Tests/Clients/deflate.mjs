// The ws client, which offers compression of its own accord: sends messages of all sizes, and says what was agreed and whether each came back.
import { readArguments, write } from './client.mjs';
import WebSocket from 'ws';

const { url } = readArguments();
const socket = new WebSocket(url, { perMessageDeflate: { threshold: 0 } });
const messages = [1, 10, 100, 8_000, 13_000].map((times) => Buffer.from('tea é€😀 '.repeat(times)));
let echo = Buffer.alloc(0);

socket.on('open', () => {
  write({ extensions: socket.extensions });
  sendNext();
});
socket.on('message', (data) => {
  echo = Buffer.concat([echo, data]);
  const [sent] = messages;
  if (echo.length < sent.length) return;
  write({ octets: echo.length, same: echo.equals(sent) });
  echo = Buffer.alloc(0);
  messages.shift();
  sendNext();
});
socket.on('close', (code) => write({ code }));

/** In two fragments with a ping between them, cut within a character. */
function sendNext() {
  const [message] = messages;
  if (!message) {
    socket.close(1000);
    return;
  }
  socket.send(message.subarray(0, 5), { binary: false, fin: false });
  socket.ping();
  socket.send(message.subarray(5), { fin: true });
}
