"""A gateway on a loopback port that takes what we post and answers what a test scripted."""

import base64
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import samples as pool
from mitwirken.pool.sms import actions, sending
from mitwirken.portal import samples as portal

NUMBER = "+491713920012"


class Gateway:
    """Answers 200 to everybody, or what stands in `answers` for the next ones; keeps the requests."""

    def __init__(self):
        self.requests, self.answers = [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, dict(self.headers), json.loads(body)))
                status, headers, said = outer.answers.pop(0) if outer.answers else (200, {}, {})
                if status is None:  # hang up after having read everything
                    self.close_connection = True
                    return
                content = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *rest):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def messages(self):
        """What was posted, without path and headers."""
        return [said for _path, _headers, said in self.requests]

    def will(self, status, headers=None, said=None):
        self.answers.append((status, headers or {}, said or {}))

    def login(self):
        """User and password of the last request."""
        return base64.b64decode(self.requests[-1][1]["Authorization"].removeprefix("Basic ")).decode()

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def gateway(settings, tmp_path):
    found = Gateway()
    settings.SMS_URL, settings.VAR_DIR = f"http://{found.place}/sms", tmp_path
    yield found
    found.stop()


@pytest.fixture
def member(db):
    return pool.member(frequency="now")


def prove(member, gateway, number=NUMBER):
    """The whole way: give the number, get the code, type it in."""
    actions.ask(member, number, at=clock.now())
    sending.send(at=clock.now())
    code = re.match(r"\d{6}", gateway.messages[-1]["text"])[0]
    if not actions.prove(member, code, at=clock.now()):
        raise AssertionError("The code of the message does not prove the number.")
    gateway.requests.clear()


@pytest.fixture
def reached(gateway, member):
    prove(member, gateway)
    return member


@pytest.fixture
def offer(db):
    city.city()
    return portal.step(districts=[city.district()], topics=[city.topic()], published_at=clock.now())
