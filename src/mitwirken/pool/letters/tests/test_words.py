"""What is said in a letter and on the telephone."""

from types import SimpleNamespace

import pytest

from mitwirken.pool.letters import samples, words
from mitwirken.pool.models import MailClass

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("wants_plain", "version"), [(True, "de-simple"), (False, "de")])
def test_who_asked_for_plain_language_reads_it_on_paper_too(monkeypatch, wants_plain, version):
    member = samples.by_letter()
    member.plain_language = wants_plain
    texts = {"de": {}, "de-simple": {}}
    dispatch = SimpleNamespace(content={"texts": texts}, kind="another", mail_class=next(iter(MailClass)))
    asked = []
    monkeypatch.setattr(words.render, "body", lambda *given: asked.append(given[2]) or b"Subject: Neues\n\nText")
    words.call(SimpleNamespace(dispatch=dispatch, member=member, choices=[]))
    assert asked == [version]
