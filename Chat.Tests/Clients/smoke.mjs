// Connects, says which STOMP version was agreed, and takes its leave.
import { connect, makeClient, readArguments, write } from './client.mjs';

const client = makeClient(readArguments());
const frame = await connect(client);
write({ event: 'connected', version: frame.headers.version });
await client.deactivate();
write({ event: 'disconnected' });
