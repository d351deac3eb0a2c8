"""One session of stomp.py, driven by lines of JSON: see driven.mjs."""
import itertools
import json
import sys
import threading

import stomp

CONNECTIONS = {"1.0": stomp.StompConnection10, "1.1": stomp.StompConnection11, "1.2": stomp.StompConnection12}


class Listener(stomp.ConnectionListener):
    """Passes on what the library hears, on the library's own thread."""

    def __init__(self):
        self.messages = {}
        self._numbers = itertools.count()
        self._output = threading.Lock()

    def write(self, what, **more):
        with self._output:
            print(json.dumps({"is": what, **more}), flush=True)

    def on_connected(self, frame):
        self.write("connected", headers=frame.headers, resumed=False)

    def on_message(self, frame):
        number = next(self._numbers)
        self.messages[number] = frame.headers
        self.write("message", number=number, headers=frame.headers, body=frame.body)

    def on_receipt(self, frame):
        receipt = frame.headers["receipt-id"]
        if receipt == "leaving":
            self.write("disconnected")
        else:
            self.write("receipt", id=receipt)

    def on_error(self, frame):
        self.write("error", headers=frame.headers, body=frame.body)

    def on_disconnected(self):
        self.write("closed")


class Session:
    def __init__(self):
        self.listener = Listener()

    def connect(self, host, port, version, headers, heartbeat):
        # Without a vhost it names the host that it connects to, and RabbitMQ takes that for a virtual host.
        options = {} if version == "1.0" else {"heartbeats": tuple(heartbeat), "vhost": "/"}
        self.version = version
        self.headers = headers
        self.connection = CONNECTIONS[version]([(host, port)], **options)
        self.connection.set_listener("", self.listener)
        self.again()

    def again(self):
        try:
            self.connection.connect(wait=True, headers=self.headers)
        except stomp.exception.ConnectFailedException:
            self.listener.write("failed", why="no connection")

    def send(self, destination, body, headers, receipt=None):
        self.connection.send(destination, body, headers=headers, **({"receipt": receipt} if receipt else {}))

    def subscribe(self, id, destination, ack, receipt):
        self.connection.subscribe(destination, id=id, ack=ack, receipt=receipt)

    def unsubscribe(self, id):
        self.connection.unsubscribe(id=id)

    def ack(self, message, transaction=None):
        self.connection.ack(*self._names(message), transaction=transaction)

    def nack(self, message):
        self.connection.nack(*self._names(message))

    def begin(self, transaction):
        self.connection.begin(transaction)

    def commit(self, transaction):
        self.connection.commit(transaction)

    def abort(self, transaction):
        self.connection.abort(transaction)

    def disconnect(self):
        self.connection.disconnect("leaving")

    def leave(self):
        self.connection.disconnect()

    def _names(self, message):
        """What an ACK names a message by: each version has its own."""
        headers = self.listener.messages[message]
        if self.version == "1.2":
            return [headers["ack"]]
        return [headers["message-id"]] if self.version == "1.0" else [headers["message-id"], headers["subscription"]]


def main():
    session = Session()
    for line in sys.stdin:
        arguments = json.loads(line)
        getattr(session, arguments.pop("do"))(**arguments)


if __name__ == "__main__":
    main()
