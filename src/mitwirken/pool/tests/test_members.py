"""What members do with their own membership."""

import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry
from mitwirken.pool import actions, ledger, samples, tokens
from mitwirken.pool.models import ConsentEvent, Dispatch, Member, Outbox, Suppression

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city():
    city.city()


def url_of(member, name="settings"):
    return reverse(f"pool:{name}", args=[tokens.settings_token(member)])


def test_the_link_opens_the_settings_and_changes_everything(client, member):
    topic = city.topic()
    client.post(url_of(member), {"topics": [topic.pk], "ways": ["analog"], "frequency": "monthly", "lang": "en"})
    member.refresh_from_db()
    assert (member.frequency, member.lang, member.on_site, member.online) == ("monthly", "en", True, False)
    assert (member.all_topics, list(member.topics.all())) == (False, [topic])


def test_the_settings_show_what_was_chosen(client):
    topic = city.topic()
    page = client.get(url_of(samples.member(topics=[topic]))).content.decode()
    assert f'value="{topic.pk}"' in page
    assert "checked" in page


def test_that_all_choices_are_free_is_said_once_and_not_behind_each_of_them(client, member):
    page = client.get(url_of(member)).content.decode()
    choices = page.split('id="choices"')[1].split("</form>")[0]
    assert choices.count("freiwillig") == 1


def test_a_renewed_link_makes_the_old_one_worthless(client, member):
    old = url_of(member)
    answer = client.post(url_of(member, "renew_link"))
    assert (client.get(old).status_code, client.get(answer.url).status_code) == (404, 200)


@pytest.mark.parametrize("token", ["x", "1-", "1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "99999999999999-a", "ß"])
def test_a_made_up_link_opens_nothing(client, member, token):
    assert client.get(reverse("pool:settings", args=[token])).status_code == 404


def test_the_tokens_of_two_purposes_are_not_interchangeable(client, member):
    token = tokens.leave_token(member.pk, "information")
    assert client.get(reverse("pool:settings", args=[token])).status_code == 404


def test_asking_for_the_link_answers_the_same_for_everybody(client, member):
    answers = set()
    for address in (member.email, "fremd@beispiel.example"):
        page = client.post(reverse("pool:ask_link"), {"email": address}).text
        answers.add(re.sub(r'value="\w{64}"', "", page.replace(address, "…")))
    assert len(answers) == 1
    assert Outbox.objects.count() == 1


def test_a_pause_ends_by_itself(client, member):
    client.post(url_of(member, "pause"), {"days": "30"})
    member.refresh_from_db()
    now = clock.now()
    assert member.is_paused(at=now + timedelta(days=29))
    assert not member.is_paused(at=now + timedelta(days=31))


def test_one_click_leaves_without_cookie_token_or_login(member):
    url = reverse("pool:leave", args=[tokens.leave_token(member.pk, "information")])
    strict = Client(enforce_csrf_checks=True)
    answers = [strict.post(url, {"List-Unsubscribe": "One-Click"}).status_code for _ in range(2)]
    assert answers == [200, 200]
    assert not member.consents.exists()
    assert ConsentEvent.objects.filter(action="withdraw").count() == 1


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_unsubscribes_nobody(client, member, method):
    getattr(client, method)(reverse("pool:leave", args=[tokens.leave_token(member.pk, "information")]))
    assert member.consents.exists()


def test_the_link_to_leave_works_even_after_the_member_is_gone(client, member):
    url = reverse("pool:leave", args=[tokens.leave_token(member.pk, "information")])
    actions.erase_member(member, at=clock.now())
    assert client.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_every_line_of_the_contents_leads_to_a_part_of_the_page(client, member):
    actions.grant(member, "panels", at=clock.now(), source="settings")
    text = client.get(url_of(member)).text
    anchors = re.findall(r'<a href="#([a-z]+)"><span>', text)
    assert {"choices", "pause", "agreement", "traits", "address", "data"} <= set(anchors)
    assert all(f'id="{anchor}"' in text for anchor in anchors)


def test_the_link_of_a_forwarded_mail_withdraws_everything_but_deletes_nobody(client, member):
    for purpose in ("tasks", "panels"):
        actions.grant(member, purpose, at=clock.now(), source="settings")
    actions.volunteer(member, "age", "30-44", at=clock.now(), source="settings")
    url = reverse("pool:leave", args=[tokens.leave_token(member.pk, "tasks")])
    assert "persönlich" in client.get(url).text
    for _ in range(2):
        assert "30 Tage" in client.post(url, {"all": "yes"}).text
    assert Member.objects.filter(pk=member.pk).exists()
    assert not member.consents.exists()
    ended = ConsentEvent.objects.filter(action="withdraw").values_list("purpose", flat=True)
    assert sorted(ended) == ["information", "panels", "tasks", "trait_age"]
    assert not list(ledger.broken_chains())


def test_who_stops_being_asked_reads_that_news_go_on(client, member):
    actions.grant(member, "tasks", at=clock.now(), source="settings")
    page = client.post(reverse("pool:leave", args=[tokens.leave_token(member.pk, "tasks")]), {"leave": "yes"}).text
    assert "gilt weiter" in page
    assert "30 Tage" not in page
    assert list(member.consents.values_list("purpose", flat=True)) == ["information"]


def test_who_left_can_agree_again_in_the_settings(client, member):
    client.post(url_of(member, "consent"), {"purpose": "information", "withdraw": "yes"})
    assert not member.consents.exists()
    client.post(url_of(member, "consent"), {"purpose": "information", "grant": "yes"})
    assert member.consents.exists()
    assert not list(ledger.broken_chains())


@pytest.mark.parametrize("sent", [{}, {"grant": "yes"}, {"purpose": "tasks"}, {"purpose": "sms", "grant": "yes"}])
def test_nothing_is_agreed_to_by_leaving_something_out(client, member, sent):
    before = member.consents.count()
    assert client.post(url_of(member, "consent"), sent).status_code == 404
    assert member.consents.count() == before


def download(client, member):
    """The files of the data download by name."""
    answer = client.get(url_of(member, "data"))
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_the_download_holds_the_persons_data_and_nobody_elses(client, member):
    samples.member(email="andere@beispiel.example")
    files = download(client, member)
    data = json.loads(files["mitmachpool.json"])
    assert data["email"] == member.email
    assert [event["action"] for event in data["consents"]] == ["request", "grant"]
    assert member.email in files["mitmachpool.html"]
    assert "andere@" not in str(files)


def test_after_deletion_nothing_but_the_keyed_hash_is_found(client, member, offer):
    dispatch = actions.announce(offer, at=clock.now())
    actions.freeze(dispatch, at=clock.now())
    client.post(url_of(member, "erase"), {"never_again": "on"})
    assert not Member.objects.exists()
    assert not Outbox.objects.exists()
    assert Suppression.objects.get().address_hash == member.address_hash
    assert set(ConsentEvent.objects.values_list("member", "subject")) == {(None, member.address_hash)}
    assert member.email not in str(list(AuditEntry.objects.values()))
    assert actions.conservation(Dispatch.objects.get())["missing"] == 0


def test_deleting_asks_first(client, member):
    client.get(url_of(member, "erase"))
    assert Member.objects.exists()


def test_who_left_and_stays_silent_is_deleted_after_thirty_days(member):
    now = clock.now()
    actions.leave(member, "information", at=now, source="leave")
    actions.forget(at=now + timedelta(days=29))
    assert Member.objects.exists()
    actions.forget(at=now + timedelta(days=31))
    assert not Member.objects.exists()


def test_the_page_of_the_download_says_in_words_what_the_file_for_programs_says_in_codes(client, member):
    actions.grant(member, "panels", at=clock.now(), source="settings")
    actions.volunteer(member, "education", "vocational", at=clock.now(), source="settings")
    page = download(client, member)["mitmachpool.html"]
    for words in ("Berufsausbildung", "Höchster", "eingewilligt", "Auslosungen", "Website", "Deutsch"):
        assert words in page
    assert not re.findall(r"vocational|trait_education|>(?:request|grant|web)<|Education|</strong> (?:de|web)<", page)


def test_the_proof_ends_three_years_after_the_end_of_the_year(member):
    actions.erase_member(member, at=datetime(2026, 5, 1, tzinfo=UTC))
    ConsentEvent.objects.update(at=datetime(2026, 5, 1, tzinfo=UTC))
    actions.forget(at=datetime(2029, 12, 31, tzinfo=UTC))
    assert ConsentEvent.objects.exists()
    actions.forget(at=datetime(2030, 1, 2, tzinfo=UTC))
    assert not ConsentEvent.objects.exists()


def test_the_settings_need_few_queries_however_long_the_history(client, member, django_assert_max_num_queries):
    for _ in range(5):
        actions.leave(member, "information", at=clock.now(), source="settings")
        actions.grant(member, "information", at=clock.now(), source="settings")
    with django_assert_max_num_queries(24):
        client.get(url_of(member))


@pytest.mark.parametrize("name", ["start", "joined", "young", "paper", "erased", "archive"])
def test_public_pages_set_no_cookie_and_need_few_queries(client, name, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        answer = client.get(reverse(f"pool:{name}"))
    assert (answer.status_code, bool(answer.cookies)) == (200, False)


def test_small_numbers_are_not_shown(client, member):
    assert client.get(reverse("pool:start")).context["figures"]["members"] is None
