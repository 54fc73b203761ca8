"""The demo's post office: accepts every mail and every text message on loopback and keeps it instead of sending it."""

import json
import threading
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async

from mitwirken.core import clock, inbound

from .actions import keep_mail


class Keeper:
    """Keeps each mail; what is addressed to us comes in, as a real mail server would do."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""  # as it came, before any decoding
        # As every mail server does when a mail has arrived: a bounce would go there (RFC 5321 4.4).
        keep_mail(f"Return-Path: <{(envelope.mail_from or '').strip('<>')}>\r\n".encode() + content)
        for address in envelope.rcpt_tos:
            if inbound.is_addressed(address):
                sender = (envelope.mail_from or "").strip("<>")
                await sync_to_async(inbound.receive)(content, sender=sender, recipient=address, at=clock.now())
        return "250 kept"


class _Telephone(BaseHTTPRequestHandler):
    """Takes what a gateway for text messages takes (pool/sms/README.md); a name it knows is no second message."""

    known: set[str] = set()

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if said["id"] not in self.known:
            self.known.add(said["id"])
            message = EmailMessage()
            message["Subject"], message["To"] = "SMS", said["to"]
            message.set_content(said["text"])
            keep_mail(message.as_bytes())
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a number stands in no log."""


class Telephones:
    """The demo's gateway for text messages, on a free port; what it takes lies between the mails."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Telephone)
        self.address = f"http://127.0.0.1:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def start(port: int) -> Controller:
    """Listen on loopback in a thread of this process; `.stop()` ends it."""
    controller = Controller(Keeper(), hostname="127.0.0.1", port=port, server_kwargs={"enable_SMTPUTF8": True})
    controller.start()
    return controller
