from datetime import datetime

from mitwirken.core import clock
from mitwirken.core.jobs import every

from . import actions, checks
from .dispatch import Dispatcher

_dispatcher: Dispatcher | None = None


@every(seconds=3)
def announce_new_steps():
    actions.announce_new_steps(at=clock.now())


@every(seconds=3)
def advance_dispatches():
    actions.advance(at=clock.now())


@every(seconds=1)
def dispatch():
    send(at=clock.now())


@every(seconds=300)
def start_digests():
    actions.start_digests(at=clock.now())


@every(seconds=60)
def count_recipients():
    checks.every_minute(at=clock.now())


@every(seconds=3600)
def check_promises():
    checks.run(at=clock.now())


@every(seconds=3600)
def ask_who_is_silent():
    actions.ask_who_is_silent(at=clock.now())


@every(seconds=3600)
def forget():
    actions.forget(at=clock.now())


def send(*, at: datetime, seconds: float = 2.0) -> int:
    """One round of this process's dispatcher, started at first use."""
    global _dispatcher
    if _dispatcher is None:
        # A restored backup may hold people who left since: nobody is written to before they are gone again.
        actions.reapply_erasures(at=at)
        _dispatcher = Dispatcher.start(at=at)
    return _dispatcher.run(now=clock.now, seconds=seconds) if _dispatcher else 0
