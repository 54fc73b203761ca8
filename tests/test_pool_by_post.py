"""Whatever the pool tells, it can tell by post: every kind of mail of every feature makes a letter that can be read."""

import io
import re
from importlib import import_module

import pypdf
import pytest
from django.conf import settings

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions as pool
from mitwirken.pool.letters import actions, codes, exports
from mitwirken.pool.models import Channel, DispatchKind, DispatchState, Member, Outbox, OutboxState, PostalAddress

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r"-[a-z2-7]{26}\b")


def samples_with_dispatches():
    for feature in settings.POOL_FEATURES:
        try:
            samples = import_module(f"{feature}.samples")
        except ModuleNotFoundError:
            continue
        if hasattr(samples, "sample_dispatches"):
            yield pytest.param(samples.sample_dispatches, id=feature.rsplit(".", 1)[-1])


@pytest.mark.parametrize("make", list(samples_with_dispatches()))
def test_what_goes_by_mail_goes_by_letter_as_well(make):
    now = clock.now()
    city.city()
    for dispatch in make(langs=["de"], at=now):
        if dispatch.state == DispatchState.FREEZING:
            pool.freeze(dispatch, at=now)
    Member.objects.update(channel=Channel.LETTER, email="")
    for member in Member.objects.all():
        address = {"name": "Erika Beispiel", "street": "Musterweg 1", "postcode": "12345", "town": "Musterstadt"}
        PostalAddress.objects.create(member=member, **address)
    rows = Outbox.objects.filter(channel=Channel.MAIL, state=OutboxState.READY)
    kinds = set(rows.values_list("dispatch__kind", flat=True)) - {DispatchKind.CONFIRM, DispatchKind.LINK}
    rows.update(channel=Channel.LETTER)
    batches = actions.make_batches(by=None, at=now)
    told = set()
    for batch in batches:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(exports.letters(batch))).pages]
        assert pages
        for sheet in batch.sheets.select_related("outbox__dispatch"):
            told.add(sheet.outbox.dispatch.kind)
            words = " ".join(part.get("text") or " ".join(part.get("lines", ())) for part in sheet.words["parts"])
            assert len(words) > 60, sheet.words
            # No token, no slot and no link that only works on a screen.
            assert "\x02" not in sheet.words["subject"] + words
            assert not TOKEN.search(words), words
            assert "diese Mail" not in words, words
            target = actions.use_code(codes.code_of(sheet.seed), at=now)
            assert target.startswith("/")
            assert "\x02" not in target
    assert kinds
    assert told == kinds


def test_every_feature_that_writes_mails_is_asked():
    assert [param.id for param in samples_with_dispatches()]
