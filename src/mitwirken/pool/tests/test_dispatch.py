"""From a published step to mails that arrived, over real SMTP."""

import re
from datetime import timedelta
from email.utils import parseaddr, parsedate_to_datetime

import pytest
from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions, samples, tokens
from mitwirken.pool.models import (
    Body,
    DigestRun,
    Dispatch,
    DispatchState,
    Outbox,
    OutboxEvent,
    OutboxState,
    PoolSettings,
    Suppression,
)
from mitwirken.portal import samples as portal

pytestmark = pytest.mark.django_db


@pytest.fixture
def publish(offer):
    """Announce the offer and freeze its recipients."""

    def run():
        actions.announce_new_steps(at=clock.now())
        actions.advance(at=clock.now())
        return Dispatch.objects.get(step=offer)

    return run


def states():
    return list(Outbox.objects.order_by("pk").values_list("state", flat=True))


def test_a_published_step_reaches_those_who_chose_it_and_says_why(relay, send, publish):
    samples.member(topics=[city.topic()], districts=[city.district()], email="nah@beispiel.example")
    samples.member(districts=[city.district(slug="sued", name="Süd")], email="fern@beispiel.example")
    publish()
    send()
    assert [mail["To"] for mail in relay.mails] == ["nah@beispiel.example"]
    text = relay.mails[0].get_body(("plain",)).get_content()
    assert "„Nord“ und „Mobilität“" in text


def test_a_member_without_consent_receives_no_mail(relay, send, publish):
    samples.member(consent=None)
    publish()
    send()
    assert relay.mails == []


def test_who_leaves_between_freeze_and_sending_receives_no_mail(relay, send, publish, member):
    publish()
    actions.leave(member, "information", at=clock.now(), source="leave")
    send()
    assert (relay.mails, states()) == ([], [OutboxState.SKIPPED])
    assert OutboxEvent.objects.get().detail == "consent"


@pytest.mark.parametrize("scope", ["all", "information"])
def test_a_blocked_address_is_left_out_at_the_last_moment(relay, send, publish, member, scope):
    publish()
    Suppression.objects.create(address_hash=member.address_hash, scope=scope, created_at=clock.now())
    send()
    assert (relay.mails, states()) == ([], [OutboxState.SKIPPED])


def test_who_changed_the_choices_meanwhile_is_left_out(send, publish, member):
    publish()
    elsewhere = city.district(slug="sued", name="Süd")
    actions.change_profile(member, actions.Profile(frequency="now", districts=(elsewhere.pk,)), at=clock.now())
    send()
    assert states() == [OutboxState.SKIPPED]


def test_members_who_pause_or_want_digests_are_not_frozen(publish):
    actions.pause(samples.member(), 30, at=clock.now())
    samples.member(frequency="weekly")
    assert publish().frozen == 0


def test_freezing_twice_adds_nobody(publish, member):
    dispatch = publish()
    Dispatch.objects.update(state=DispatchState.FREEZING, cursor=0)
    dispatch.refresh_from_db()
    assert (actions.freeze(dispatch, at=clock.now()), Outbox.objects.count()) == (0, 1)


def test_freezing_in_small_chunks_finds_everybody_once(publish):
    for _ in range(7):
        samples.member()
    dispatch = publish()
    Outbox.objects.all().delete()
    Dispatch.objects.update(state=DispatchState.FREEZING, cursor=0, frozen=0)
    dispatch.refresh_from_db()
    assert (actions.freeze(dispatch, at=clock.now(), chunk=2), dispatch.frozen) == (7, 7)


def test_announcing_again_makes_no_second_dispatch(publish):
    publish()
    assert actions.announce_new_steps(at=clock.now()) == []


@pytest.mark.parametrize(
    "old",
    [
        {"published_at": clock.now() - timedelta(days=8)},
        {"published_at": clock.now(), "ends_at": clock.now() - timedelta(minutes=1)},
        {"published_at": None},
        {"published_at": clock.now(), "state": "draft"},
        {"published_at": clock.now(), "state": "withdrawn"},
    ],
)
def test_what_is_no_news_is_not_announced(old):
    portal.step(**old)
    assert actions.announce_new_steps(at=clock.now()) == []


def test_the_archive_is_not_announced():
    portal.step(portal.project(is_archive=True), published_at=clock.now())
    assert actions.announce_new_steps(at=clock.now()) == []


def test_a_step_withdrawn_before_sending_is_not_told(relay, send, publish, offer, member):
    publish()
    offer.state = "withdrawn"
    offer.save()
    actions.advance(at=clock.now())
    send()
    assert (relay.mails, Dispatch.objects.get().state) == ([], DispatchState.CANCELLED)


def test_headers_follow_the_rfcs(relay, send, publish, member):
    publish()
    send()
    mail, envelope = relay.mails[0], relay.envelopes[0]
    assert not mail.defects
    assert re.fullmatch(r"<[a-z2-7]{26}@[\w.-]+>", mail["Message-ID"])
    assert re.match(r"b-[0-9a-z]+-[a-z2-7]{16}@", envelope.mail_from)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.match(r"<https?://\S+/abmelden/\S+/>$", mail["List-Unsubscribe"])
    assert re.fullmatch(r"<[\w.-]+>", mail["List-Id"])
    assert mail["List-Help"].startswith("<http")
    assert mail["List-Archive"].endswith("/mitmachpool/archiv/>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert parseaddr(mail["From"])[1]
    assert abs(parsedate_to_datetime(mail["Date"]) - clock.now()) < timedelta(minutes=1)
    assert all(len(line) <= 998 for line in envelope.content.split(b"\r\n"))
    assert b"\x02" not in envelope.content
    assert b"\n" not in envelope.content.replace(b"\r\n", b"")


def test_text_and_html_carry_the_same_links(relay, send, publish, member):
    publish()
    send()
    text = relay.mails[0].get_body(("plain",)).get_content()
    html = relay.mails[0].get_body(("html",)).get_content()
    in_text = set(re.findall(r"https?://\S+", text))
    assert in_text == set(re.findall(r'href="([^"]+)"', html))
    assert len(in_text) == 4


def test_the_header_of_the_mail_leaves_in_one_click(client, relay, send, publish, member):
    publish()
    send()
    url = re.search(r"<https?://[^/]+(/\S+)>", relay.mails[0]["List-Unsubscribe"]).group(1)
    client.post(url, {"List-Unsubscribe": "One-Click"})
    assert not member.consents.exists()


def test_opening_every_link_of_a_mail_changes_nothing(client, relay, send, publish, member):
    publish()
    send()
    before = Outbox.objects.count(), member.consents.count(), member.consent_events.count()
    for url in re.findall(r"https?://[^/]+(/mitmachpool/\S+)", relay.mails[0].get_body(("plain",)).get_content()):
        assert client.get(url).status_code == 200
        client.head(url)
    assert (Outbox.objects.count(), member.consents.count(), member.consent_events.count()) == before


def test_people_with_the_same_reason_share_one_body(relay, send, publish):
    for _ in range(5):
        samples.member()
    samples.member(topics=[city.topic()])
    publish()
    send()
    assert (len(relay.mails), Body.objects.count()) == (6, 2)


def test_nobody_can_write_a_slot_and_be_sent_a_token(relay, send, publish, offer, member):
    offer.title = "Platz \x02settings\x03 und \x02confirm\x03"
    offer.save()
    publish()
    send()
    text = relay.mails[0].get_body(("plain",)).get_content()
    assert "Platz settings und confirm" in text
    assert text.count(tokens.settings_token(member)) == 1


def test_english_members_read_english(relay, send, publish):
    samples.member(lang="en")
    publish()
    send()
    assert "You get this mail as a member" in relay.mails[0].get_body(("plain",)).get_content()


def test_nobody_gets_more_than_the_cap(send, publish, member):
    settings = PoolSettings.load()
    settings.mails_per_person = 1
    settings.save()
    publish()
    send()
    portal.step(published_at=clock.now())
    actions.announce_new_steps(at=clock.now())
    actions.advance(at=clock.now())
    send()
    assert states() == [OutboxState.ACCEPTED, OutboxState.SKIPPED]


def test_a_temporary_no_waits_and_is_tried_again(relay, send, publish, member):
    relay.answers = ["451 4.7.1 please wait"]
    publish()
    send()
    row = Outbox.objects.get()
    assert (row.state, row.attempts, row.enh_code) == (OutboxState.READY, 1, "4.7.1")
    assert row.due_at > clock.now()
    Outbox.objects.update(due_at=clock.now())
    send()
    assert states() == [OutboxState.ACCEPTED]


def test_a_final_no_is_final_for_this_person_only(relay, send, publish):
    samples.member()
    samples.member()
    relay.answers = ["550 5.1.1 no such user"]
    publish()
    send()
    assert states() == [OutboxState.FAILED, OutboxState.ACCEPTED]


def test_a_relay_that_is_away_loses_nothing_and_counts_no_try(settings, dispatcher, publish, member):
    settings.EMAIL_PORT = 1
    publish()
    dispatcher.run(now=clock.now)
    row = Outbox.objects.get()
    assert (row.state, row.attempts, row.claim_id) == (OutboxState.READY, 0, None)


def test_sending_again_sends_nothing_again(relay, send, publish, member):
    publish()
    send()
    send()
    assert len(relay.mails) == 1


def test_a_paused_dispatch_waits_and_goes_on(relay, send, publish, member):
    dispatch = publish()
    actions.pause_dispatch(dispatch, by=None, at=clock.now())
    send()
    assert relay.mails == []
    actions.resume_dispatch(dispatch, by=None, at=clock.now())
    send()
    assert len(relay.mails) == 1


def test_a_cancelled_dispatch_sends_nothing_more(relay, send, publish, member):
    actions.cancel(publish(), by=None, at=clock.now())
    send()
    assert (relay.mails, states()) == ([], [OutboxState.CANCELLED])


def test_a_confirmation_leaves_before_a_queue_of_news(relay, send, publish):
    for _ in range(3):
        samples.member()
    publish()
    actions.ask_to_join("neu@beispiel.example", actions.Profile(), at=clock.now(), source="/x/")
    send()
    assert relay.mails[0]["To"] == "neu@beispiel.example"


def test_a_full_minute_holds_news_back_but_no_confirmation(relay, send, publish):
    settings = PoolSettings.load()
    settings.mails_per_minute = 6
    settings.save()
    for _ in range(4):
        samples.member()
    publish()
    actions.ask_to_join("neu@beispiel.example", actions.Profile(), at=clock.now(), source="/x/")
    send()
    assert len(relay.mails) == 2


def test_what_was_frozen_is_accounted_for(relay, send, publish):
    members = [samples.member() for _ in range(4)]
    relay.answers = ["550 5.1.1 no such user"]
    dispatch = publish()
    actions.leave(members[1], "information", at=clock.now(), source="leave")
    actions.erase_member(members[2], at=clock.now())
    send()
    actions.advance(at=clock.now())
    dispatch.refresh_from_db()
    counts = actions.conservation(dispatch)
    named = {name: counts[name] for name in ("failed", "skipped", "erased", "accepted", "frozen", "missing")}
    assert named == {"failed": 1, "skipped": 1, "erased": 1, "accepted": 1, "frozen": 4, "missing": 0}
    assert dispatch.state == DispatchState.DONE


def test_a_digest_tells_all_offers_of_the_window_in_one_mail(relay, send, offer):
    samples.member(frequency="weekly", topics=[city.topic()])
    samples.member(frequency="monthly")
    portal.step(published_at=clock.now(), topics=[city.topic(code="green", name="Grün")])
    later = clock.now() + timedelta(days=7, hours=7)
    for _ in range(2):
        actions.start_digests(at=later)
        actions.advance(at=later)
    Outbox.objects.update(due_at=clock.now())
    send()
    assert DigestRun.objects.filter(period="weekly").count() == 1
    text = relay.mails[0].get_body(("plain",)).get_content()
    assert len(relay.mails) == 1
    assert offer.title in text
    assert text.count("„Mobilität“") == 1
    assert "Grün" not in text


def test_the_archive_shows_what_was_sent_without_people(client, relay, send, publish, offer, member):
    dispatch = publish()
    send()
    assert offer.title in client.get(reverse("pool:archive")).content.decode()
    page = client.get(reverse("pool:archive_item", args=[dispatch.pk])).content.decode()
    assert offer.title in page
    assert member.email not in page


def test_the_archive_goes_from_the_newest_to_the_oldest_page_by_page(client, member, monkeypatch):
    monkeypatch.setattr("mitwirken.pool.views.archive.PAGE", 1)
    first, second = (actions.announce(portal.step(published_at=clock.now()), at=clock.now()) for _number in "ab")
    Dispatch.objects.update(frozen=1, state=DispatchState.DONE)
    Dispatch.objects.filter(pk=second.pk).update(created_at=clock.now() - timedelta(days=9))
    newest = client.get(reverse("pool:archive")).context["page"]
    oldest = client.get(reverse("pool:archive") + newest.older_url).context["page"]
    assert [newest.rows, oldest.rows] == [[first], [second]]
    assert oldest.older_url == ""


@pytest.mark.parametrize("query", ["vor=%00", "vor=x", "vor=" + "9" * 30, "vor=-1", "vor=²"])
def test_odd_addresses_of_the_archive_are_harmless(client, query):
    city.city()
    assert client.get(f"{reverse('pool:archive')}?{query}").status_code == 200


def test_old_rows_become_numbers(send, publish, member):
    dispatch = publish()
    send()
    actions.advance(at=clock.now())
    actions.forget(at=clock.now() + timedelta(days=91))
    dispatch.refresh_from_db()
    assert (Outbox.objects.count(), dispatch.counters) == (0, {"2": 1})
    assert actions.conservation(dispatch)["missing"] == 0


def test_claiming_needs_the_same_queries_for_many_as_for_few(dispatcher, publish, django_assert_max_num_queries):
    from mitwirken.pool.dispatch.claim import claim

    for _ in range(20):
        samples.member(topics=[city.topic()])
    publish()
    with django_assert_max_num_queries(16):
        _, letters = claim(dispatcher.worker, at=clock.now(), limit=64, urgent=False)
    assert len(letters) == 20


def test_packing_asks_the_database_nothing_per_person(dispatcher, publish, django_assert_max_num_queries):
    """A field the claim does not read (claim.READ) would be fetched for each mail alone."""
    from mitwirken.pool.dispatch.claim import claim

    for _ in range(20):
        samples.member(topics=[city.topic()])
    publish()
    claim_id, letters = claim(dispatcher.worker, at=clock.now(), limit=64, urgent=False)
    dispatcher._pack(letters[:1], claim_id, 0.0, clock.now(), {}, urgent=False)
    with django_assert_max_num_queries(0):
        assert len(dispatcher._pack(letters, claim_id, 0.0, clock.now(), {}, urgent=False)) == 20
