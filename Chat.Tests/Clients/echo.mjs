// A SockJS client on one transport against a service that echoes. Says everything in `messages`, hears it again, and closes.
// Writes { event: 'closed', transport, code, same } where `same` tells that what came back was what went out, in order.
import SockJS from 'sockjs-client';
import { readArguments, write } from './client.mjs';

const { url, transport } = readArguments();

/** What is hard to carry, and enough to end a stream of the test services several times. */
const messages = ['plain', '', '100% %41 %', '</script><!--', '"\\\' \b\f\n\r\t\0', '안녕 😀 \u2028\u2029\ufeff\uffff', '\ud800 and \udfff', 'x'.repeat(5000), 'y'.repeat(5000), 'last'];
const heard = [];
let used;

const socket = new SockJS(url, null, { transports: transport, timeout: 20_000 });
socket.onopen = () => {
  used = socket.transport;
  for (const message of messages) socket.send(message);
};
socket.onmessage = ({ data }) => {
  if (heard.push(data) === messages.length) socket.close();
};
socket.onclose = ({ code }) => write({ event: 'closed', transport: used, code, same: JSON.stringify(heard) === JSON.stringify(messages), heard: heard.length });
