"""One real mail of every kind the pool and its features send, in every language; for tests and for journeys.

A kind of mail without a sample is named by `missing`, and a test fails.
"""

from datetime import datetime
from importlib import import_module

from django.conf import settings

from mitwirken.pool import actions, samples
from mitwirken.pool.dispatch import render
from mitwirken.pool.models import Dispatch, MailClass, PoolSettings

LANGS = ("de", "en")


def produce(*, at: datetime) -> list[Dispatch]:
    """Put a mail of every kind into the outbox; whoever sends next sends them."""
    # The samples are many mails to few people; the limit has tests of its own.
    limits = PoolSettings.load()
    limits.mails_per_person = 60
    limits.save()
    made = samples.sample_dispatches(langs=LANGS, at=at)
    for feature in settings.POOL_FEATURES:
        try:
            found = import_module(f"{feature}.samples")
        except ModuleNotFoundError:
            continue
        if hasattr(found, "sample_dispatches"):
            made += found.sample_dispatches(langs=LANGS, at=at)
    for dispatch in made:
        dispatch.refresh_from_db()
        actions.freeze(dispatch, at=at)
    return made


def missing(made: list[Dispatch]) -> set[str]:
    """The kinds of mail that can be rendered and have no sample."""
    return {str(kind) for kind in render.RENDERERS} - {dispatch.kind for dispatch in made}


def is_bulk(dispatch: Dispatch) -> bool:
    return dispatch.mail_class in (MailClass.BULK, MailClass.DIGEST)
