// Connects, says each of the texts in the room, hears them all, and takes its leave. Returns what it saw.
async function chat({ url, transport, token, room, texts }) {
  const seen = { transport: null, receipts: 0, texts: [], faults: [], farewell: false };
  const said = latch();
  const heard = latch();
  let socket;
  const client = new StompJs.Client({
    // SockJS gives a transport a few round trips to open, and a busy machine may need longer.
    webSocketFactory: () => (socket = new SockJS(url, null, { transports: [transport], timeout: 10000 })),
    connectHeaders: { Authorization: `Bearer ${token}` },
    reconnectDelay: 0,
    onDisconnect: () => (seen.farewell = true),
  });
  await new Promise((resolve, reject) => {
    client.onConnect = resolve;
    client.onStompError = (frame) => reject(new Error(`ERROR ${frame.headers.message}: ${frame.body}`));
    client.onWebSocketClose = (event) => {
      const error = new Error(`closed ${event.code} ${event.reason}`);
      for (const { fail } of [{ fail: reject }, said, heard]) fail(error);
    };
    client.activate();
  });
  seen.transport = socket.transport;

  client.subscribe('/user/queue/errors', (frame) => seen.faults.push(frame.body));
  const subscribed = latch();
  client.watchForReceipt('subscribed', subscribed.open);
  const listen = (frame) => {
    seen.texts.push(JSON.parse(frame.body).message.text);
    if (seen.texts.length === texts.length) heard.open();
  };
  client.subscribe(`/topic/rooms/${room}`, listen, { receipt: 'subscribed' });
  await subscribed.opened;

  texts.forEach((text, index) => {
    const receipt = `said-${index}`;
    client.watchForReceipt(receipt, () => ++seen.receipts === texts.length && said.open());
    const body = JSON.stringify({ clientMessageId: `${transport}-${index}`, text });
    client.publish({ destination: `/app/rooms/${room}/messages`, headers: { receipt }, body });
  });
  await Promise.all([said.opened, heard.opened]);
  await client.deactivate();
  return seen;
}

function latch() {
  let open, fail;
  const opened = new Promise((resolve, reject) => ([open, fail] = [resolve, reject]));
  opened.catch(() => {}); // whoever waits hears of it
  return { open, fail, opened };
}
