from datetime import timedelta

from django.contrib.sessions.models import Session

from . import clock, inbound, mail
from .inbound import source
from .jobs import every
from .models import AuditEntry, Letter, Throttle

TRACE_KEPT = timedelta(days=731)


@every(seconds=1)
def deliver_letters() -> None:
    mail.deliver(at=clock.now())


@every(seconds=2)
def keep_the_door_open() -> None:
    source.keep_open()


@every(seconds=60)
def empty_the_mailbox() -> None:
    source.empty()


@every(seconds=900)
def receive_again() -> None:
    inbound.try_again(at=clock.now())


@every(seconds=3600)
def forget() -> None:
    """Retention (privacy.toml): throttle windows after a day, letters 30 days after they left, mail that
    came in after 30 days, ended sessions, the trace after 24 months."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    Throttle.objects.filter(window__lt=clock.now() - timedelta(days=1)).delete()
    Letter.objects.filter(sent_at__lt=clock.now() - timedelta(days=30)).delete()
    Letter.objects.filter(failed_at__lt=clock.now() - timedelta(days=30)).delete()
    inbound.forget(at=clock.now())
    old = AuditEntry.objects.filter(at__lt=clock.now() - TRACE_KEPT)
    # The newest row stays whatever its age: its id is the generation of the public pages.
    newest = AuditEntry.objects.order_by("-id").values_list("id", flat=True).first()
    old.exclude(id=newest or 0).delete()
