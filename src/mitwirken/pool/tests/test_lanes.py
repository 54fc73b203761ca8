"""What a relay may answer when the end of one mail and the beginning of the next leave together (RFC 2920)."""

import datetime
import ipaddress
import socketserver
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from mitwirken.core import clock
from mitwirken.pool import actions, samples
from mitwirken.pool.dispatch import Dispatcher
from mitwirken.pool.models import Outbox, OutboxState

pytestmark = pytest.mark.django_db


class Talker(socketserver.StreamRequestHandler):
    """A relay that takes commands in one flight and answers as a test says: {word: [answer, …]}."""

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def answer(self, word, usual):
        waiting = self.server.answers.get(word)
        return waiting.pop(0) if waiting else usual

    def handle(self):
        self.server.connections += 1
        self.say("220 talker")
        recipient = ""
        while line := self.rfile.readline():
            word = line[:4].decode().upper()
            if word == "EHLO":
                self.wfile.write(b"250-talker\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
            elif word == "QUIT":
                return
            elif word == "DATA":
                said = self.answer("DATA", "354 go on")
                self.say(said)
                if said.startswith("354"):
                    body = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        if not part:
                            return  # no dot, no mail
                        body += part
                    said = self.answer("DOT", "250 2.0.0 Ok: queued as 4F2C1")
                    if said == "hang up":
                        self.server.mails.append((recipient, body))
                        return
                    if said.startswith("250"):
                        self.server.mails.append((recipient, body))
                    self.say(said)
            else:
                said = self.answer(word, "250 Ok")
                if said == "hang up":
                    return
                if word == "RCPT":
                    recipient = line.split(b"<")[1].split(b">")[0].decode()
                self.say(said)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True

    def get_request(self):
        found, address = super().get_request()
        if self.context:
            found = self.context.wrap_socket(found, server_side=True, do_handshake_on_connect=False)
        return found, address


@pytest.fixture
def talker(settings):
    server = Server(("127.0.0.1", 0), Talker)
    server.mails, server.answers, server.connections, server.context = [], {}, 0, None
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.server_address[1], 5
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = ""
    # The answers are scripted in the order of the commands; a second conversation would mix them.
    settings.MAIL_CONNECTIONS = 1
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def send(talker, offer, tmp_path):
    """Send news to four members, once."""
    for number in range(4):
        samples.member(email=f"mitglied{number}@beispiel.example")
    actions.announce_new_steps(at=clock.now())
    actions.advance(at=clock.now())
    dispatcher = Dispatcher.start(at=clock.now(), folder=tmp_path)
    yield lambda: dispatcher.run(now=clock.now, seconds=0)
    dispatcher.stop()


def states():
    return list(Outbox.objects.order_by("pk").values_list("state", flat=True))


READY, ACCEPTED, FAILED, HELD = OutboxState.READY, OutboxState.ACCEPTED, OutboxState.FAILED, OutboxState.HELD


def test_all_leave_over_one_connection(talker, send):
    send()
    assert states() == [ACCEPTED] * 4
    assert len({recipient for recipient, _body in talker.mails}) == 4
    assert all(body.endswith(b"--\r\n") and b"Subject:" in body for _recipient, body in talker.mails)


@pytest.mark.parametrize("data", ["503 5.5.1 no recipient", "554 5.5.1 no valid recipients", "354 go on"])
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_refused_recipient_stops_nobody_else(talker, send, data, place):
    """The relay says no to the recipient and, as it likes, also no or yes to the body of nobody."""
    talker.answers = {"RCPT": ["250 Ok"] * place + ["550 5.1.1 no such user"], "DATA": ["354 go on"] * place + [data]}
    send()
    assert states() == [FAILED if number == place else ACCEPTED for number in range(4)]
    assert len(talker.mails) == 3


def test_a_refused_sender_is_an_answer_too(talker, send):
    talker.answers = {"MAIL": ["250 Ok", "451 4.3.0 later"], "RCPT": ["250 Ok", "503 5.5.1 sender first"]}
    talker.answers["DATA"] = ["354 go on", "503 5.5.1 sender first"]
    send()
    assert states() == [ACCEPTED, READY, ACCEPTED, ACCEPTED]


def test_a_relay_that_has_had_enough_gets_the_rest_over_a_new_connection(talker, send):
    talker.answers = {"MAIL": ["250 Ok", "250 Ok", "421 4.7.0 too many on this connection"]}
    talker.answers["RCPT"] = ["250 Ok", "250 Ok", "421 4.7.0 too many"]
    talker.answers["DATA"] = ["354 go on", "354 go on", "421 4.7.0 too many"]
    send()
    assert states() == [ACCEPTED] * 4
    assert len(talker.mails) == 4
    assert talker.connections >= 2


def test_a_connection_that_breaks_before_the_dot_loses_and_repeats_nothing(talker, send):
    talker.answers = {"RCPT": ["250 Ok", "hang up", "250 Ok", "hang up"]}
    send()
    assert states() == [ACCEPTED] * 4
    assert len(talker.mails) == 4


def test_a_mail_on_which_every_connection_breaks_waits_and_lets_the_others_pass(talker, send):
    talker.answers = {"RCPT": ["hang up"] * 3}
    send()
    assert sorted(states()) == [READY, ACCEPTED, ACCEPTED, ACCEPTED]


def test_silence_after_the_dot_is_doubt_and_never_a_second_mail(talker, send):
    talker.answers = {"DOT": ["250 2.0.0 Ok: queued as 1", "hang up"]}
    send()
    send()
    assert sorted(states()) == [ACCEPTED, ACCEPTED, ACCEPTED, HELD]
    assert len(talker.mails) == len({recipient for recipient, _body in talker.mails}) == 4


def test_over_tls(talker, send, settings, tmp_path, monkeypatch):
    certificate = _certificate(tmp_path)
    talker.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    talker.context.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.EMAIL_USE_SSL = True
    send()
    assert states() == [ACCEPTED] * 4
    assert len(talker.mails) == 4


def _certificate(folder):
    """A certificate for this machine, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    day = datetime.timedelta(days=1)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, clock.now() - day, clock.now() + day)
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "relay.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path
