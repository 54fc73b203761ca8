#!/usr/bin/env python
"""From claim to settled, with durable commits, beside what a Django project does without a pool.

All send the same mail to the same sink on loopback, which is quicker than they are. Next door the processor decides:
the ratio to `send_mail` counts processor time of the sending process, which other work of the machine does not
falsify (aim: 5). Far away waiting decides: with --latency-ms each answer comes so much later (a distant relay), with
--relay-delay-ms each final one does (a slow relay); the clock's ratio to Django's one kept connection counts (aim: 50).
"""

import argparse
import sys
import time
from dataclasses import dataclass

import _pool

AIM, FAR_AIM = 5.0, 50.0


@dataclass(frozen=True)
class Effort:
    """What so many mails cost."""

    mails: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        return self.mails / self.seconds

    @property
    def microseconds(self) -> float:
        return self.cpu / self.mails * 1e6


def measured(send, mails: int) -> Effort:
    begun, cpu = time.monotonic(), time.process_time()
    done = send()
    assert done == mails, f"{done} of {mails} mails left"
    return Effort(mails, time.monotonic() - begun, time.process_time() - cpu)


def dispatch_all(rows: int) -> Effort:
    """The whole way of each mail: claim, check, fill, send, settle. The first batches only warm up."""
    from mitwirken.core import clock
    from mitwirken.pool.dispatch import Dispatcher

    dispatcher = Dispatcher.start(at=clock.now())
    try:
        first = dispatcher.run(now=clock.now, seconds=0) + dispatcher.run(now=clock.now, seconds=0)
        return measured(lambda: dispatcher.run(now=clock.now, seconds=600), rows - first)
    finally:
        dispatcher.stop()


def send_mail_each(text: str, html: str, count: int) -> int:
    """What a Django project does without a pool."""
    from django.core.mail import send_mail

    return sum(
        send_mail("Ein Angebot", text, None, [f"mitglied{number}@beispiel.example"], html_message=html)
        for number in range(count)
    )


def send_on_one_connection(text: str, html: str, count: int) -> int:
    """The same with one connection kept open."""
    from django.core.mail import EmailMultiAlternatives, get_connection

    with get_connection() as connection:
        for number in range(count):
            mail = EmailMultiAlternatives("Ein Angebot", text, None, [f"mitglied{number}@beispiel.example"])
            mail.attach_alternative(html, "text/html")
            connection.send_messages([mail])
    return count


def example() -> tuple[str, str]:
    """Text and HTML of a mail the dispatcher sent."""
    import email
    import email.policy

    from mitwirken.pool.models import Body

    mail = email.message_from_bytes(bytes(Body.objects.latest("pk").mime), policy=email.policy.default)
    return mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--relay-delay-ms", type=float, default=0)
    parser.add_argument("--latency-ms", type=float, default=0)
    parser.add_argument("--mails", type=int, default=4000)
    parser.add_argument("--connections", type=int, default=100)
    options = parser.parse_args()
    is_far = options.relay_delay_ms + options.latency_ms > 0
    with (
        _pool.Sink(delay_ms=options.relay_delay_ms, latency_ms=options.latency_ms) as sink,
        _pool.installation(
            options.db,
            EMAIL_URL=f"smtp://127.0.0.1:{sink.port}",
            MAIL_CONNECTIONS=str(options.connections if is_far else 8),
        ),
    ):
        from mitwirken.core import clock
        from mitwirken.pool import actions
        from mitwirken.pool.models import PoolSettings

        _pool.fill(options.mails)
        PoolSettings.objects.create(mails_per_minute=100_000_000)
        rows = actions.freeze(actions.announce(_pool.offer(), at=clock.now()), at=clock.now())
        pool = dispatch_all(rows)
        text, html = example()
        few = 60 if is_far else max(rows // 8, 50)
        others = {"send_mail": send_mail_each, "one connection": send_on_one_connection}
        found = {}
        for name, send in others.items():
            send(text, html, 5)
            found[name] = measured(lambda send=send: send(text, html, few), few)
    name = f"pool_send/{options.db}/{options.relay_delay_ms:g}ms"
    name += f"+{options.latency_ms:g}ms" if options.latency_ms else ""
    print(name)
    for who, effort in {"dispatcher": pool, **found}.items():
        print(f"  {who:<15}{effort.mails:>7} mails{effort.rate:>9.0f}/s{effort.microseconds:>9.0f} µs processor each")
    per_core = found["send_mail"].microseconds / pool.microseconds
    by_clock = pool.rate / found["one connection"].rate
    print(f"  {per_core:.1f} times as many as send_mail per core (aim {AIM:g})")
    print(f"  {by_clock:.1f} times as many as one connection by the clock{f' (aim {FAR_AIM:g})' if is_far else ''}")
    print(_pool.line(f"{name}/cpu", round(pool.microseconds), "µs/mail", "send_mail", round(per_core, 2), rows))
    print(_pool.line(f"{name}/rate", round(pool.rate), "mails/s", "one connection", round(by_clock, 2), rows))
    return int(by_clock < FAR_AIM if is_far else per_core < AIM)


if __name__ == "__main__":
    sys.exit(main())
