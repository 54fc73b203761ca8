"""A mail server that takes everything and keeps nothing but a log in Postfix's format. Loopback only.

Prints its port, lives until its standard input closes. As a real relay does, it takes a mail at its final dot even
if the client is gone before it hears the answer, and it names a mail in its log before all of it has arrived.
"""

import argparse
import asyncio
import os
import re
import sys
from itertools import count

MOST_BYTES = 1_000_000
GREETING = b"220 sink ESMTP\r\n"
FEATURES = b"250-sink\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME\r\n"
ANSWERS = {b"MAIL": b"250 2.1.0 Ok\r\n", b"RCPT": b"250 2.1.5 Ok\r\n", b"RSET": b"250 2.0.0 Ok\r\n"}
MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.MULTILINE | re.IGNORECASE)


class Sink(asyncio.Protocol):
    """One connection."""

    queue_ids = count(0x10000)

    def __init__(self, log: int | None, delay: float, latency: float) -> None:
        self.log, self.delay, self.latency = log, delay, latency
        self.buffer = b""
        self.in_data = self.waits = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        transport.write(GREETING)

    def data_received(self, data: bytes) -> None:
        if self.latency:
            asyncio.get_running_loop().call_later(self.latency, self.arrive, data)
        else:
            self.arrive(data)

    def arrive(self, data: bytes) -> None:
        self.buffer += data
        if len(self.buffer) > MOST_BYTES:
            self.transport.abort()
        if not self.waits:
            self.go_on()

    def connection_lost(self, error: Exception | None) -> None:
        if self.in_data and not self.waits and (named := MESSAGE_ID.search(self.buffer)):
            self.note(b"cleanup", next(self.queue_ids), b"message-id=<%s>" % named[1])

    def go_on(self) -> None:
        """Answer whatever is complete in the buffer."""
        answers = []
        while not self.waits:
            if self.in_data:
                end = self.buffer.find(b"\r\n.\r\n")
                if end < 0:
                    break
                mail, self.buffer = self.buffer[:end], self.buffer[end + 5 :]
                if self.delay:
                    self.waits = True
                    asyncio.get_running_loop().call_later(self.delay, self.accept_late, mail)
                else:
                    answers.append(self.accept(mail))
                continue
            end = self.buffer.find(b"\r\n")
            if end < 0:
                break
            word, self.buffer = self.buffer[:4].upper(), self.buffer[end + 2 :]
            answers.append(self.answer(word))
        if answers and not self.transport.is_closing():
            self.transport.write(b"".join(answers))

    def answer(self, word: bytes) -> bytes:
        if word == b"DATA":
            self.in_data = True
            return b"354 Go on\r\n"
        if word == b"QUIT":
            asyncio.get_running_loop().call_soon(self.transport.close)
            return b"221 2.0.0 Bye\r\n"
        return FEATURES if word in (b"EHLO", b"HELO") else ANSWERS.get(word, b"250 2.0.0 Ok\r\n")

    def accept(self, mail: bytes) -> bytes:
        self.in_data = False
        queue_id = next(self.queue_ids)
        if self.log is not None:
            named = MESSAGE_ID.search(mail)
            self.note(b"cleanup", queue_id, b"message-id=<%s>" % (named[1] if named else b""))
            self.note(b"qmgr", queue_id, b"from=<b@sink>, size=%d, nrcpt=1 (queue active)" % len(mail))
        return b"250 2.0.0 Ok: queued as %X\r\n" % queue_id

    def accept_late(self, mail: bytes) -> None:
        answer = self.accept(mail)
        self.waits = False
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.go_on()

    def note(self, part: bytes, queue_id: int, text: bytes) -> None:
        if self.log is not None:
            os.write(self.log, b"Nov 23 06:00:00 sink postfix/%s[1]: %X: %s\n" % (part, queue_id, text))


async def serve(log: int | None, delay: float, latency: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(log, delay, latency), "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    over = asyncio.Event()
    loop.add_reader(sys.stdin, over.set)
    await over.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log")
    parser.add_argument("--delay-ms", type=float, default=0, help="how long it takes to accept a mail")
    parser.add_argument("--latency-ms", type=float, default=0, help="how far away it is: there and back")
    options = parser.parse_args()
    log = os.open(options.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if options.log else None
    asyncio.run(serve(log, options.delay_ms / 1000, options.latency_ms / 1000))


if __name__ == "__main__":
    main()
