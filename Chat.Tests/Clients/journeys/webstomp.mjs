// webstomp-client 1.2.6, grown out of stompjs 2 and used like it. The subprotocol that the server chose decides which version it asks for.
import webstomp from 'webstomp-client';
import { Stompjs2 } from './stompjs2.mjs';

export class Webstomp extends Stompjs2 {
  static versions = ['1.0', '1.1', '1.2'];

  static protocols(version) {
    return [`v${version.replace('.', '')}.stomp`];
  }

  /** SockJS has no subprotocols: the first of `protocols` counts there. */
  static over(socket, protocols) {
    return webstomp.over(socket, { protocols, debug: false });
  }

  send(destination, body, headers = {}) {
    this.client.send(destination, body, headers);
  }
}
