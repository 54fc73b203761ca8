"""A push service on a loopback port: it takes what we post, and a device opens it with its own keys."""

import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import samples as pool
from mitwirken.pool.push import actions, service
from mitwirken.portal import samples as portal


def plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Browser:
    """What a browser keeps to itself, and what it hands in."""

    def __init__(self, endpoint):
        self.endpoint, self._private, self._auth = endpoint, ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    @property
    def keys(self):
        point = self._private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return plain(point), plain(self._auth)

    def open(self, body):
        return json.loads(http_ece.decrypt(body, private_key=self._private, auth_secret=self._auth))


class PushService:
    """Answers 201, or what a test scripted for a device; keeps the requests."""

    def __init__(self):
        self.requests, self.answers = [], {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, dict(self.headers), body))
                status, headers = outer.answers.get(self.path, (201, {}))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *rest):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def push(settings, tmp_path):
    found = PushService()
    settings.PUSH_PRIVATE_KEY = service.new_private_key()
    settings.PUSH_TRY_AT = found.origin
    settings.VAR_DIR = tmp_path
    yield found
    found.stop()


@pytest.fixture
def member(db):
    return pool.member(frequency="now")


@pytest.fixture
def browser(push, member):
    found = Browser(push.origin + "/device/1")
    actions.switch_on(member, found.endpoint, *found.keys, at=clock.now())
    return found


@pytest.fixture
def offer(db):
    city.city()
    return portal.step(districts=[city.district()], topics=[city.topic()], published_at=clock.now())
