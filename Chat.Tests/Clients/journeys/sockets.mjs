// The sockets that a browser's page would have: WebSocket, and SockJS with all its transports or one of them.
import SockJS from 'sockjs-client';
import WebSocket from 'ws';

/** @param transport 'websocket' for a plain one, 'sockjs', or the name of one of SockJS's transports. */
export function socket({ ws, sockjs }, transport, protocols) {
  if (transport === 'websocket') return new WebSocket(ws, protocols);
  // SockJS gives a transport a few round trips to open, and a busy machine may need longer.
  return new SockJS(sockjs, null, { transports: transport === 'sockjs' ? undefined : [transport], timeout: 5000 });
}
