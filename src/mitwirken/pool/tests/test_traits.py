"""Each agreement on its own, and answers that only draws read."""

from pathlib import Path

import pytest
from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions, ledger, samples, tokens, wording
from mitwirken.pool.models import MAIN_PURPOSES, Member, TraitKind
from mitwirken.pool.models.traits import CONSENTS, VALUES, PanelTrait

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).resolve().parents[2]
# What the person does with the own answers; the names and values of the questions are no secret.
READERS = {"pool/models/traits.py", "pool/actions/traits.py"}


@pytest.fixture(autouse=True)
def _city():
    city.city()


def url_of(member, name="settings"):
    return reverse(f"pool:{name}", args=[tokens.settings_token(member)])


def agree(client, member, purpose, button="grant"):
    return client.post(url_of(member, "consent"), {button: "yes", "purpose": purpose})


@pytest.mark.parametrize("purpose", MAIN_PURPOSES)
def test_each_purpose_is_given_and_withdrawn_on_its_own_with_its_own_words(client, member, purpose):
    others = set(member.consents.values_list("purpose", flat=True)) - {purpose}
    for button, held in (("withdraw", others), ("grant", others | {purpose}), ("withdraw", others)):
        agree(client, member, purpose, button)
        assert set(member.consents.values_list("purpose", flat=True)) == held
    last = member.consent_events.latest("number")
    assert (last.purpose, last.text.text) == (purpose, wording.words(purpose, "de"))
    assert not list(ledger.broken_chains())


def test_an_unknown_purpose_changes_nothing(client, member):
    assert agree(client, member, "selling").status_code == 404
    assert agree(client, member, "trait_age").status_code == 404


def test_an_answer_needs_the_agreement_to_draws_and_gets_one_of_its_own(client, member):
    answer = {"kind": "age", "age-value": "30-44"}
    client.post(url_of(member, "trait"), answer)
    assert not PanelTrait.objects.exists()
    agree(client, member, "panels")
    client.post(url_of(member, "trait"), answer)
    assert PanelTrait.objects.get().value == "30-44"
    assert member.consents.filter(purpose="trait_age").exists()
    assert "30 bis 44" in client.get(url_of(member)).text


@pytest.mark.parametrize("typed", [{"kind": "shoe", "shoe-value": "44"}, {"kind": "age", "age-value": "7"}, {}])
def test_nonsense_is_no_answer(client, member, typed):
    agree(client, member, "panels")
    client.post(url_of(member, "trait"), typed)
    assert not PanelTrait.objects.exists()


@pytest.mark.parametrize("purpose", ["trait_age", "panels"])
def test_taking_the_agreement_back_deletes_the_answer_at_once(client, member, purpose):
    actions.grant(member, "panels", at=clock.now(), source="settings")
    actions.volunteer(member, "age", "75", at=clock.now(), source="settings")
    actions.leave(member, purpose, at=clock.now(), source="settings")
    assert not PanelTrait.objects.exists()
    assert not member.consents.filter(purpose="trait_age").exists()


def test_a_draw_sees_no_answer_whose_agreement_has_ended():
    member = samples.member()
    actions.grant(member, "panels", at=clock.now(), source="settings")
    actions.volunteer(member, "age", "75", at=clock.now(), source="settings")
    assert PanelTrait.objects.for_draw(Member.objects.all()).count() == 1
    member.consents.filter(purpose="trait_age").delete()
    assert PanelTrait.objects.for_draw(Member.objects.all()).count() == 0


def test_no_other_part_of_the_pool_reads_the_answers():
    allowed = {SOURCE / name for name in READERS}
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if path not in allowed and "tests" not in path.parts and "migrations" not in path.parts
        if any(word in path.read_text() for word in ("PanelTrait", "pool_paneltrait", "member.traits", "traits__"))
    }
    assert found == set()


def test_the_answers_leave_this_module_for_the_person_alone():
    callers = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if "tests" not in path.parts and "answers_of" in path.read_text()
    }
    assert callers == {"pool/actions/traits.py", "pool/exports.py", "pool/views/preferences.py"}


def test_every_question_has_answers_and_words_of_its_own():
    for kind in TraitKind:
        assert len(VALUES[kind]) > 1
        assert wording.words(CONSENTS[kind], "de") != wording.words(CONSENTS[kind], "en")
