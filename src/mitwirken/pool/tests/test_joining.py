"""Joining, from the form to the pressed button, over real mail."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import Throttle
from mitwirken.pool import actions, ledger, samples, tokens
from mitwirken.pool.actions import Confirmation, Profile
from mitwirken.pool.models import ConsentEvent, ConsentState, Member, MemberStatus, Outbox, Suppression

pytestmark = pytest.mark.django_db
ADDRESS = "Erika@Beispiel.example"


@pytest.fixture(autouse=True)
def _city():
    city.city()


def fill(**fields):
    return {"email": ADDRESS, "frequency": "weekly", "lang": "de", "agree": "on"} | fields


def ask(at=None, email=ADDRESS, **profile):
    actions.ask_to_join(email, Profile(**profile), at=at or clock.now(), source="/mitmachpool/anmelden/")
    return Member.objects.filter(address_hash=tokens.address_hash(email)).first()


def link_in(mail):
    return re.search(r"https?://[^/]+(/mitmachpool/\S+/)", mail.get_content()).group(1)


def test_a_person_joins_by_form_mail_and_button(client, relay, send):
    topic, district = city.topic(), city.district()
    answer = client.post(reverse("pool:join"), fill(topics=[topic.pk], districts=[district.pk], kinds=["ideas"]))
    assert answer.url == reverse("pool:joined")
    send()
    link = link_in(relay.mails[0])
    assert client.get(link).status_code == 200
    client.post(link, {"confirm": "yes"})
    member = Member.objects.get()
    assert (member.status, member.confirmed_at is not None) == (MemberStatus.ACTIVE, True)
    assert list(member.topics.all()) == [topic]
    assert [event.action for event in member.consent_events.order_by("number")] == ["request", "grant"]
    assert member.consents.get().event.mail_key


def test_the_confirmation_mail_is_plain_has_one_link_and_no_list_headers(relay, send):
    ask()
    send()
    mail = relay.mails[0]
    assert mail.get_content_type() == "text/plain"
    assert len(re.findall(r"https?://", mail.get_content())) == 1
    assert not [name for name in mail if name.startswith("List-")]
    assert mail["To"] == ADDRESS


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_scanner_that_opens_the_link_confirms_nobody(client, method):
    member = ask()
    getattr(client, method)(reverse("pool:confirm", args=[tokens.confirm_token(member)]))
    member.refresh_from_db()
    assert member.status == MemberStatus.PENDING
    assert not ConsentState.objects.exists()


def test_pressing_twice_confirms_once_and_says_so(client):
    url = reverse("pool:confirm", args=[tokens.confirm_token(ask())])
    client.post(url)
    assert "Sie sind" in client.post(url).content.decode() or client.post(url).status_code == 200
    assert ConsentEvent.objects.filter(action="grant").count() == 1


def test_a_link_older_than_48_hours_says_that_it_expired(client):
    member = ask(at=clock.now() - timedelta(hours=49))
    answer = client.post(reverse("pool:confirm", args=[tokens.confirm_token(member)]))
    member.refresh_from_db()
    assert (answer.status_code, member.status) == (410, MemberStatus.PENDING)


def test_only_the_newest_mail_confirms():
    first = tokens.confirm_token(ask())
    newest = tokens.confirm_token(ask())
    assert actions.confirm(first, at=clock.now(), source="x")[0] is Confirmation.SUPERSEDED
    assert actions.confirm(newest, at=clock.now(), source="x")[0] is Confirmation.DONE


@pytest.mark.parametrize("token", ["x", "1-1-aaaa", "zzzzzzzzzzzzzzzz-1-a", "1", "ä-ö-ü", "%00"])
def test_a_made_up_link_is_unknown(client, token):
    assert client.get(reverse("pool:confirm", args=[token])).status_code == 404
    assert client.post(reverse("pool:confirm", args=[token])).status_code == 404


def test_the_answer_is_the_same_for_members_strangers_and_blocked_addresses(client):
    samples.member(email="mitglied@beispiel.example")
    Suppression.objects.create(address_hash=tokens.address_hash("nie@beispiel.example"), created_at=clock.now())
    answers = {
        (answer.status_code, answer.url)
        for address in ("mitglied@beispiel.example", "fremd@beispiel.example", "nie@beispiel.example")
        for answer in [client.post(reverse("pool:join"), fill(email=address))]
    }
    assert len(answers) == 1


def test_a_member_who_joins_again_gets_the_link_and_keeps_the_choices(relay, send):
    member = samples.member(email=ADDRESS, frequency="monthly")
    ask(frequency="now")
    send()
    member.refresh_from_db()
    assert member.frequency == "monthly"
    assert "/einstellungen/" in link_in(relay.mails[0])


def test_nobody_can_be_bombed_through_our_form():
    for _ in range(8):
        ask()
    assert Outbox.objects.count() == 3


def test_a_blocked_address_gets_no_mail():
    Suppression.objects.create(address_hash=tokens.address_hash(ADDRESS), created_at=clock.now())
    assert ask() is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"agree": ""}, "agree"),
        ({"email": "keine-adresse"}, "email"),
        ({"email": "a\r\nBcc: b@beispiel.example"}, "email"),
        ({"topics": ["999"]}, "topics"),
        ({"topics": ["\x00"]}, "topics"),
        ({"frequency": "hourly"}, "frequency"),
        ({"email": "x" * 300 + "@beispiel.example"}, "email"),
    ],
)
def test_bad_input_is_named_at_its_field_and_stores_nothing(client, change, field):
    answer = client.post(reverse("pool:join"), fill(**change))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Member.objects.exists()


def test_a_robot_is_thanked_and_forgotten(client):
    assert client.post(reverse("pool:join"), fill(website="https://spam.example")).status_code == 302
    assert not Member.objects.exists()


def test_a_stand_may_take_in_many_but_no_machine_may_write_to_everybody(client):
    client.post(reverse("pool:join"), fill())
    Throttle.objects.filter(key__startswith="pool.join:").update(count=200)
    answer = client.post(reverse("pool:join"), fill(email="bert@beispiel.example"))
    assert (answer.status_code, Member.objects.filter(email="bert@beispiel.example").count()) == (429, 0)


def test_the_exact_words_shown_are_the_words_stored(client):
    shown = client.get(reverse("pool:join")).context["consent"]
    client.post(reverse("pool:join"), fill(lang="en"))
    assert ConsentEvent.objects.get().text.text == shown


def test_a_line_of_the_ledger_cannot_be_saved_again():
    ask()
    with pytest.raises(TypeError):
        ConsentEvent.objects.get().save()


def test_a_changed_or_missing_line_breaks_the_chain():
    members = [samples.member(), samples.member()]
    assert not list(ledger.broken_chains())
    ConsentEvent.objects.filter(member=members[0], number=2).update(channel="phone")
    ConsentEvent.objects.filter(member=members[1], number=1).update(hash="0" * 64)
    assert set(ledger.broken_chains()) == {member.address_hash for member in members}


def test_two_writers_cannot_fork_a_chain():
    member = samples.member()
    event = member.consent_events.get(number=2)
    event.pk = None
    with pytest.raises(DatabaseError):
        event.save()


def test_unconfirmed_people_are_forgotten_after_a_week_with_their_request():
    ask(at=clock.now() - timedelta(days=8))
    kept = ask(at=clock.now() - timedelta(days=6), email="zweite@beispiel.example")
    actions.forget(at=clock.now())
    assert list(Member.objects.all()) == [kept]
    assert ConsentEvent.objects.values_list("subject", flat=True).get() == kept.address_hash


def test_who_comes_from_an_offer_finds_its_topic_and_district_chosen(client):
    topic, district = city.topic(), city.district()
    page = client.get(reverse("pool:join"), {"thema": [topic.code, "gibt-es-nicht\x00"], "bezirk": district.slug})
    assert [list(page.context["form"][name].initial) for name in ("topics", "districts")] == [[topic], [district]]


@pytest.mark.parametrize("email", ["root@localhost", "a@[127.0.0.1]", "a@[IPv6:::1]", "a@rathaus"])
def test_nobody_makes_us_write_to_a_machine_of_our_own_network(client, email):
    assert client.post(reverse("pool:join"), fill(email=email)).status_code == 422
    assert not Member.objects.exists()
