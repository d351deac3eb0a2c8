// The clients by the names that they have in the results.
import { NetStomp, StompPy } from './driven.mjs';
import { Stompit } from './stompit.mjs';
import { Stompjs2 } from './stompjs2.mjs';
import { Stompjs7 } from './stompjs7.mjs';
import { Webstomp } from './webstomp.mjs';

export const clients = {
  'stompjs7': { library: Stompjs7, transport: 'websocket' },
  'stompjs7 sockjs': { library: Stompjs7, transport: 'sockjs' },
  'stompjs7 xhr-streaming': { library: Stompjs7, transport: 'xhr-streaming' },
  'stompjs7 xhr-polling': { library: Stompjs7, transport: 'xhr-polling' },
  'stompjs2': { library: Stompjs2, transport: 'websocket' },
  'stompjs2 sockjs': { library: Stompjs2, transport: 'sockjs' },
  'webstomp': { library: Webstomp, transport: 'websocket' },
  'webstomp sockjs': { library: Webstomp, transport: 'sockjs' },
  'stompit': { library: Stompit, transport: 'tcp' },
  'stomp.py': { library: StompPy, transport: 'tcp' },
  'Net::Stomp': { library: NetStomp, transport: 'tcp' },
};
