"""Coming back by typed code, and moving to another address."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions, ledger, samples, tokens
from mitwirken.pool.models import Campaign, ConsentEvent, Dispatch, DispatchKind, Member, Outbox, Suppression

pytestmark = pytest.mark.django_db
NEW = "neu@beispiel.example"


@pytest.fixture(autouse=True)
def _city():
    city.city()


@pytest.fixture
def asked(member):
    actions.send_link(member.email, at=clock.now())
    member.refresh_from_db()
    return member


def enter(client, email, code):
    return client.post(reverse("pool:enter"), {"email": email, "code": code})


def test_the_code_in_the_mail_opens_the_settings(client, member, relay, send):
    page = client.post(reverse("pool:ask_link"), {"email": member.email})
    assert page.context["form"].initial["email"] == member.email
    send()
    code = re.search(r"^[0-9A-Z]{4}-[0-9A-Z]{4}\r?$", relay.mails[0].get_content(), re.MULTILINE)[0].strip()
    answer = enter(client, member.email, code.lower().replace("-", " "))
    assert client.get(answer.url).context["member"] == member


def test_a_code_works_once_and_the_link_stays(client, asked):
    code = tokens.entry_code(asked)
    assert [enter(client, asked.email, code).status_code for _ in range(2)] == [302, 422]
    assert client.get(reverse("pool:settings", args=[tokens.settings_token(asked)])).status_code == 200


@pytest.mark.parametrize(("minutes", "opens"), [(9, True), (11, False)])
def test_a_code_is_good_for_ten_minutes(asked, minutes, opens):
    found = actions.enter_by_code(asked.email, tokens.entry_code(asked), at=clock.now() + timedelta(minutes=minutes))
    assert (found is not None) is opens


def test_after_five_tries_even_the_right_code_is_worth_nothing(client, asked):
    other = tokens.entry_code(samples.member())
    for _ in range(5):
        assert enter(client, asked.email, other).status_code == 422
    assert enter(client, asked.email, tokens.entry_code(asked)).status_code == 422


def test_the_newest_mail_makes_older_codes_worthless(client, asked):
    old = tokens.entry_code(asked)
    actions.send_link(asked.email, at=clock.now())
    assert enter(client, asked.email, old).status_code == 422


def test_strangers_and_members_hear_the_same(client, asked):
    code = tokens.entry_code(samples.member())
    answers = {
        re.sub(r'value="\w{64}"', "", enter(client, email, code).text.replace(email, "…"))
        for email in (asked.email, "fremd@beispiel.example")
    }
    assert len(answers) == 1


@pytest.mark.parametrize("code", ["", "x", "7KQ4-M2XA-9TC3", "\x00", "a" * 5000])
def test_what_cannot_be_a_code_is_named_at_its_field(client, asked, code):
    page = enter(client, asked.email, code)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["code"])


def ask_to_move(client, member, email=NEW):
    return client.post(reverse("pool:address", args=[tokens.settings_token(member)]), {"email": email})


def test_a_new_address_holds_once_its_owner_pressed_the_button_and_the_old_one_is_told(client, member, relay, send):
    old = member.email
    ask_to_move(client, member)
    assert NEW in client.get(reverse("pool:settings", args=[tokens.settings_token(member)])).text
    send()
    to = {mail["To"]: mail for mail in relay.mails}
    assert set(to) == {old, NEW}
    link = re.search(r"https?://[^/]+(/mitmachpool/bestaetigen/\S+/)", to[NEW].get_content()).group(1)
    for method in (client.get, client.head):
        method(link)
    member.refresh_from_db()
    assert member.email == old
    assert client.post(link).status_code == 200
    member.refresh_from_db()
    assert (member.email, member.address_hash) == (NEW, tokens.address_hash(NEW))
    assert (Member.objects.count(), member.consents.count()) == (1, 1)
    assert not list(ledger.broken_chains())
    assert [row.action for row in ConsentEvent.objects.filter(subject=member.address_hash)] == ["request", "grant"]
    for dispatch in Dispatch.objects.all():
        assert actions.conservation(dispatch)["missing"] == 0


def test_who_reads_the_old_mailbox_opens_nothing_any_more_but_can_still_leave(client, member):
    settings, leave = tokens.settings_token(member), tokens.leave_token(member.pk, "information")
    actions.ask_to_move(member, NEW, at=clock.now())
    actions.confirm(tokens.confirm_token(Member.objects.get(moves=member)), at=clock.now(), source="x")
    assert NEW not in client.get(reverse("pool:settings", args=[settings])).text
    assert client.get(reverse("pool:leave", args=[leave])).status_code == 200


def test_the_proof_of_the_old_address_is_closed(member):
    subject = member.address_hash
    actions.ask_to_move(member, NEW, at=clock.now())
    actions.confirm(tokens.confirm_token(Member.objects.get(moves=member)), at=clock.now(), source="x")
    assert ConsentEvent.objects.filter(subject=subject).latest("number").action == "withdraw"


def test_the_change_can_be_stopped(client, member):
    ask_to_move(client, member)
    token = tokens.confirm_token(Member.objects.get(moves=member))
    client.post(reverse("pool:address", args=[tokens.settings_token(member)]), {"stop": "yes"})
    assert client.post(reverse("pool:confirm", args=[token])).status_code == 404
    assert Member.objects.get() == member


def test_nobody_learns_who_is_a_member_by_moving_there(client, member):
    other = samples.member()
    Suppression.objects.create(address_hash=tokens.address_hash("nie@beispiel.example"), created_at=clock.now())
    answers = {ask_to_move(client, member, each).url for each in (NEW, other.email, "nie@beispiel.example")}
    assert len(answers) == 1
    assert not Outbox.objects.filter(member__address_hash=tokens.address_hash("nie@beispiel.example")).exists()


def test_moving_cannot_be_used_to_bomb_an_address(member):
    for _ in range(8):
        actions.ask_to_move(member, NEW, at=clock.now())
    assert Outbox.objects.filter(dispatch__kind=DispatchKind.ADDRESS).count() <= 3


def test_a_new_address_nobody_confirms_is_forgotten(member):
    actions.ask_to_move(member, NEW, at=clock.now())
    actions.forget(at=clock.now() + timedelta(days=8))
    assert Member.objects.get() == member


@pytest.mark.parametrize("email", ["", "keine", "x" * 300 + "@beispiel.example"])
def test_a_wrong_address_is_named_and_the_page_keeps_it(client, member, email):
    page = ask_to_move(client, member, email)
    assert (page.status_code, list(page.context["address_form"].errors)) == (422, ["email"])


def test_who_is_younger_than_sixteen_needs_a_parents_signature_and_then_the_button(client):
    typed = {"email": "kind@beispiel.example", "frequency": "weekly", "lang": "de", "younger": "on"}
    assert client.post(reverse("pool:join"), typed).url == reverse("pool:young")
    child = Member.objects.get()
    assert not Outbox.objects.exists()
    assert "sorgeberechtigt" in ConsentEvent.objects.get().text.text
    actions.note_evidence(child, "parents", "E-7", at=clock.now(), by=None)
    child.refresh_from_db()
    assert not child.consents.exists()
    actions.confirm(tokens.confirm_token(child), at=clock.now(), source="x")
    assert child.consents.count() == 1
    assert list(child.consent_events.order_by("number").values_list("action", "source")) == [
        ("request", "/mitmachpool/anmelden/"),
        ("request", "parents: E-7"),
        ("grant", "x"),
    ]


def test_the_code_of_a_flyer_is_kept_and_nonsense_is_not(client):
    Campaign.objects.create(code="herbstfest-2026", label="Herbstfest", created_at=clock.now())
    Campaign.objects.create(code="vorbei", label="Sommerfest", created_at=clock.now(), active=False)
    page = client.get(reverse("pool:join"), {"k": "herbstfest-2026"})
    assert 'value="herbstfest-2026"' in page.text
    typed = {"frequency": "weekly", "lang": "de", "agree": "on"}
    tried = {"a": "herbstfest-2026", "b": "<script>", "c": "vorbei", "d": "nie-vergeben"}
    for name, code in tried.items():
        email = f"{name}@beispiel.example"
        client.post(reverse("pool:join"), typed | {"email": email, "campaign": code})
    assert list(Member.objects.order_by("email").values_list("campaign", flat=True)) == ["herbstfest-2026", "", "", ""]


def test_a_street_leads_to_its_district_and_a_point_keeps_its_radius(client, member):
    district = city.district()
    district.streets.create(name="Beispielgasse", search_name="beispielgasse")
    url = reverse("pool:settings", args=[tokens.settings_token(member)])
    typed = {"frequency": "weekly", "lang": "de", "ways": ["analog"]}
    client.post(url, typed | {"address": "Beispielgasse 4"})
    member.refresh_from_db()
    assert (list(member.districts.all()), member.radius) == ([district], None)
    client.post(
        url, typed | {"lat": str(district.lat).replace(".", ","), "lon": district.lon, "access_needs": "Pausen"}
    )
    member.refresh_from_db()
    assert (member.point_lat, member.radius, member.access_needs) == (district.lat, 1000, "Pausen")
    assert client.post(url, typed | {"address": "Nirgendwo 1"}).status_code == 422


def test_a_number_no_topic_can_have_is_a_wrong_choice_and_no_error_of_the_server(client, member):
    page = reverse("pool:settings", args=[tokens.settings_token(member)])
    given = {"frequency": "weekly", "lang": "de", "topics": ["9" * 40], "districts": ["-" + "9" * 40]}
    answer = client.post(page, given)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"topics", "districts"})
