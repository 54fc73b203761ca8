"""People without e-mail, at the desk of the pool: taken in, found again, put together, proven."""

import pytest
from django.conf import settings
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions, ledger, samples, tokens
from mitwirken.pool.actions import Profile, Reach
from mitwirken.pool.models import (
    Channel,
    ConsentEvent,
    Member,
    MemberStatus,
    Outbox,
    PhoneNumber,
    PostalAddress,
    Proof,
    Suppression,
)
from mitwirken.pool.views.staff_desk import door

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
LETTER = {"name": "Erna Muster", "street": "Beispielstr. 5", "postcode": "12345", "town": "Musterstadt"}


@pytest.fixture(autouse=True)
def templates_as_in_production(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    city.city()


@pytest.fixture
def manager(client):
    person = people.staff(RoleKind.POOL_MANAGER)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return person


def form(**fields):
    plain = {"origin": "paper", "reached": "1", "proof": "signed", "reference": "33-7/26", "words_lang": "de"}
    return plain | {"agree": "on", "frequency": "weekly", "lang": "de"} | LETTER | fields


def by_letter(*, by_letter=True, **fields):
    reach = Reach(Channel.LETTER, **(LETTER | fields))
    return actions.take_in(reach, Profile(), at=clock.now(), origin="phone", by_letter=by_letter, by=None)


def test_the_signed_form_makes_a_member_and_stands_in_the_proof(client, manager):
    topic = city.topic()
    client.post(reverse("pool_staff:take_in"), form(topics=[topic.pk]))
    member = Member.objects.get()
    assert (member.status, member.channel, member.email) == (MemberStatus.ACTIVE, Channel.LETTER, "")
    assert (member.postal_address.name, list(member.topics.all())) == ("Erna Muster", [topic])
    events = list(member.consent_events.order_by("number"))
    assert [(row.action, row.channel, row.source) for row in events] == [
        ("request", "paper", "staff"),
        ("grant", "paper", "signed: 33-7/26"),
    ]
    assert "Briefe" in events[0].text.text
    assert "Erna" not in str(list(AuditEntry.objects.values()))


def test_after_a_call_the_letter_with_the_code_goes_out_and_its_link_confirms(client, manager):
    client.post(reverse("pool_staff:take_in"), form(origin="phone", reached="2", proof="letter", phone="0231 5550"))
    member, row = Member.objects.get(), Outbox.objects.get()
    assert (member.status, member.awaits, row.channel) == (MemberStatus.PENDING, Proof.CODE, Channel.LETTER)
    assert PhoneNumber.objects.get().number == "0231 5550"
    assert "anrufen" in ConsentEvent.objects.get().text.text
    client.logout()
    url = reverse("pool:confirm", args=[tokens.confirm_token(member)])
    client.get(url)
    assert not member.consents.exists()
    client.post(url)
    member.refresh_from_db()
    assert (member.status, member.consents.count()) == (MemberStatus.ACTIVE, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agree": ""}, "agree"),
        ({"street": ""}, "street"),
        ({"reference": ""}, "reference"),
        ({"reached": "2", "proof": "call"}, "phone"),
        ({"reached": "2", "proof": "call", "phone": "12"}, "phone"),
        ({"reached": "0"}, "email"),
        ({"reached": "0", "email": "x@beispiel.example", "proof": "parents", "reference": ""}, "reference"),
        ({"reached": "9"}, "reached"),
        ({"radius": "500"}, "radius"),
        ({"lat": "51,5", "lon": ""}, "lon"),
        ({"name": "\x00"}, "name"),
    ],
)
def test_what_is_missing_is_named_and_nobody_is_taken_in(client, manager, change, field):
    page = client.post(reverse("pool_staff:take_in"), form(**change))
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert not Member.objects.exists()


def test_whoever_asked_for_silence_is_not_taken_in(client, manager):
    blocked = Reach(Channel.LETTER, **LETTER).address_hash
    Suppression.objects.create(address_hash=blocked, created_at=clock.now())
    assert client.post(reverse("pool_staff:take_in"), form()).status_code == 422
    assert not Member.objects.exists()


SAME = [
    (("post", "Erna Muster", "Beispiel-Str. 5", "12345"), ("post", "erna muster", "Beispielstraße 5", "12345 ")),
    (("phone", "+49 231 50-123"), ("phone", "0231/50123")),
    (("phone", "+49 (0)231 50123"), ("phone", "0049231 50123")),
]


@pytest.mark.parametrize("spellings", SAME)
def test_the_same_person_is_recognised_however_it_is_written(spellings):
    make = {"post": tokens.postal_hash, "phone": tokens.phone_hash}
    assert len({make[kind](*parts) for kind, *parts in spellings}) == 1


def test_the_name_the_number_and_the_address_are_three_different_things():
    assert tokens.postal_hash("A", "B 1", "1") != tokens.postal_hash("B", "A 1", "1")
    assert tokens.phone_hash("0231") != tokens.address_hash("0231")


@pytest.mark.parametrize("typed", [LETTER, {"phone": "0231 5550"}])
def test_a_person_is_found_by_what_they_say_and_never_by_a_list(client, manager, typed):
    member = by_letter() if "name" in typed else samples.member(address_hash=tokens.phone_hash("+49 231 5550"))
    answer = client.post(reverse("pool_staff:find"), typed)
    assert client.get(answer.url).context["member"] == member
    assert client.post(reverse("pool_staff:find"), {"phone": "0231 999999"}).status_code == 422
    assert client.post(reverse("pool_staff:find"), {}).status_code == 422


def test_the_page_of_a_person_closes_by_itself(client, manager, member, monkeypatch):
    token = door(member)
    assert client.get(reverse("pool_staff:person", args=[token])).status_code == 200
    monkeypatch.setattr("mitwirken.pool.views.staff_desk.OPEN_SECONDS", -1)
    assert client.get(reverse("pool_staff:person", args=[token])).status_code == 404
    assert client.get(reverse("pool_staff:person", args=["1"])).status_code == 404


def test_a_noted_call_makes_a_waiting_person_a_member_once(client, manager):
    member = by_letter()
    for _ in range(2):
        client.post(reverse("pool_staff:evidence", args=[door(member)]), {"evidence": "call", "reference": "Anruf 12"})
    assert list(member.consent_events.values_list("action", "source").order_by("number")) == [
        ("request", "staff"),
        ("grant", "call: Anruf 12"),
    ]


def test_staff_end_what_a_person_wants_ended(client, manager):
    member = by_letter(by_letter=False)
    actions.note_evidence(member, "signed", "1", at=clock.now(), by=None)
    client.post(reverse("pool_staff:end", args=[door(member)]), {"purpose": "information"})
    assert not member.consents.exists()
    client.post(reverse("pool_staff:end", args=[door(member)]), {"never": "yes"})
    assert not Member.objects.exists()
    assert Suppression.objects.get().address_hash == member.address_hash
    assert not PostalAddress.objects.exists()


def test_a_letter_not_answered_for_nine_weeks_is_forgotten():
    member = by_letter()
    actions.forget(at=clock.now() + actions.retention.UNCONFIRMED * 2)
    assert Member.objects.filter(pk=member.pk).exists()
    actions.forget(at=clock.now() + actions.retention.UNSIGNED * 1.01)
    assert not Member.objects.exists()
    assert not ConsentEvent.objects.exists()


def test_two_members_become_one_and_no_word_of_theirs_is_lost(client, manager, offer):
    keep, other = samples.member(consent=None), samples.member()
    actions.grant(other, "tasks", at=clock.now(), source="settings")
    actions.freeze(actions.announce(offer, at=clock.now()), at=clock.now())
    answer = client.post(
        reverse("pool_staff:merge", args=[door(keep)]), {"email": other.email.upper(), "reference": "Vermerk 4"}
    )
    assert answer.status_code == 302
    assert list(Member.objects.all()) == [keep]
    assert set(keep.consents.values_list("purpose", flat=True)) == {"information", "tasks"}
    assert set(keep.outbox.values_list("member", flat=True)) == {keep.pk}
    assert not list(ledger.broken_chains())
    assert keep.consent_events.filter(subject=other.address_hash, action="withdraw").count() == 2
    assert AuditEntry.objects.filter(action="pool.merged").count() == 1
    assert all(actions.conservation(row.dispatch)["missing"] == 0 for row in keep.outbox.all())


def test_what_was_withdrawn_later_stays_withdrawn_after_the_merge(client, manager):
    keep, other = samples.member(), samples.member()
    actions.leave(other, "information", at=clock.now(), source="leave")
    actions.merge(keep, other, reference="1", at=clock.now(), by=manager)
    assert not keep.consents.exists()


def test_only_two_members_can_be_put_together(client, manager, member):
    waiting = by_letter()
    url = reverse("pool_staff:merge", args=[door(member)])
    for typed in ({"email": member.email}, LETTER, {"email": "fremd@beispiel.example"}):
        assert client.post(url, typed | {"reference": "1"}).status_code == 422
    assert {member, waiting} == set(Member.objects.all())


def test_the_proof_of_one_address_can_be_printed_even_after_the_person_left(client, manager, member):
    actions.erase_member(member, at=clock.now())
    page = client.post(reverse("pool_staff:proof"), {"email": member.email})
    (chain,) = page.context["chains"]
    assert (chain["holds"], len(chain["events"])) == (True, 3)
    assert chain["events"][0].text.text in page.text
    ConsentEvent.objects.filter(number=2).update(source="elsewhere")
    page = client.post(reverse("pool_staff:proof"), {"email": member.email})
    assert page.context["chains"][0]["holds"] is False
    assert client.post(reverse("pool_staff:proof"), {"email": "fremd@beispiel.example"}).status_code == 422


@pytest.mark.parametrize(("lang", "word"), [("de", "sorgeberechtigt"), ("en", "parental responsibility")])
def test_the_printed_form_carries_the_words_in_both_languages(client, lang, word):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = lang
    assert word in client.get(reverse("pool:paper") + "?eltern").text
    assert word not in client.get(reverse("pool:paper")).text
