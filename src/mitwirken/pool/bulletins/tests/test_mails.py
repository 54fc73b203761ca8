"""What arrives: really sent over SMTP, read with the standard library."""

import gc
import re
from email.utils import parseaddr

import pytest
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import actions as pool_actions
from mitwirken.pool import samples as pool
from mitwirken.pool.bulletins import actions, samples
from mitwirken.pool.bulletins.models import State
from mitwirken.pool.bulletins.preflight import Reading
from mitwirken.pool.dispatch import render
from mitwirken.pool.models import Dispatch, Member


def leave(**fields):
    """A bulletin approved and due, as a dispatch that runs."""
    now = clock.now()
    made = samples.bulletin(state=State.APPROVED, approved_at=now, **fields)
    actions.send_due(at=now)
    pool_actions.advance(at=now)
    made.refresh_from_db()
    return made


def halves(mail):
    return tuple(mail.get_body(preferencelist=(kind,)).get_content() for kind in ("plain", "html"))


@pytest.fixture
def reader(department):
    return pool.member(topics=[city.topic()], email="leserin@beispiel.example")


def test_the_mail_carries_reason_reply_to_and_the_way_out(department, reader, send, relay):
    leave(rule={"and": [{"topics": [city.topic().pk]}]})
    send()
    mail = relay.mails[0]
    text, html = halves(mail)
    assert mail["Subject"] == samples.GOOD.subject
    assert parseaddr(mail["Reply-To"])[1]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "weil Sie „Mobilität“ gewählt haben" in text
    assert "weil Sie „Mobilität“ gewählt haben" in html
    assert "- mehr Schatten auf der Südseite" in text
    assert "<li>mehr Schatten auf der Südseite</li>" in html


def test_both_halves_have_the_same_links(department, reader, send, relay):
    leave()
    send()
    text, html = halves(relay.mails[0])
    lost = [link for link in Reading.of(html).links if link.removeprefix("mailto:").removeprefix("tel:") not in text]
    assert not lost


def test_everybody_reads_their_own_version(department, send, relay):
    pool.member(email="de@beispiel.example")
    pool.member(email="en@beispiel.example", lang="en")
    leave()
    send()
    subjects = {mail["To"]: (mail["Subject"], mail["Content-Language"]) for mail in relay.mails}
    assert subjects["de@beispiel.example"] == (samples.GOOD.subject, "de")
    assert subjects["en@beispiel.example"] == (samples.ENGLISH.subject, "en")


def test_who_wants_plain_language_gets_it_if_it_was_written(department, send, relay):
    plain = pool.member(email="einfach@beispiel.example")
    Member.objects.filter(pk=plain.pk).update(plain_language=True)
    leave()
    leave(texts={"de": samples.GOOD})
    send()
    assert sorted(mail["Subject"] for mail in relay.mails) == sorted([samples.SIMPLE.subject, samples.GOOD.subject])


# Wagtail leaves the temporary file of a rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_picture_travels_with_the_words_for_who_cannot_see_it(department, reader, send, relay, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    Collection.get_first_root_node() or Collection.add_root(name="Root")
    image = get_image_model().objects.create(title="Platz", file=get_test_image_file(size=(1600, 900)))
    image.file.close()
    leave(image=get_image_model().objects.get())
    send()
    text, html = halves(relay.mails[0])
    shown = re.search(r'<img src="([^"]+)" alt="([^"]+)" width="(\d+)"', html)
    assert shown[1].startswith(settings.SITE_URL)
    assert shown[2] == samples.GOOD.alt
    assert int(shown[3]) == 1120
    assert f"[Bild: {samples.GOOD.alt}]" in text
    gc.collect()


def test_without_an_english_version_the_german_words_are_marked_as_german(department, send, relay):
    pool.member(email="en@beispiel.example", lang="en")
    leave(texts={"de": samples.GOOD})
    send()
    text, html = halves(relay.mails[0])
    assert '<html lang="en"' in html
    assert '<div lang="de">' in html
    assert "No more mails, with one click" in text


def test_who_is_written_to_whatever_they_chose_is_told_so(department, reader, send, relay):
    leave()
    send()
    assert "unabhängig von ihrer Auswahl" in halves(relay.mails[0])[0]


def test_a_person_who_left_gets_nothing(department, reader, send, relay):
    leave()
    pool_actions.leave(reader, "information", at=clock.now(), source="test", channel="web")
    send()
    assert not relay.mails


def test_what_was_sent_stands_in_the_archive_in_every_version(client, department, reader):
    made = leave()
    item = reverse("pool:archive_item", args=[made.dispatch_id])
    assert item in client.get(reverse("pool:archive")).content.decode()
    page = client.get(item).content.decode()
    assert "mehr Schatten auf der Südseite" in page
    assert department.name in page
    assert "more shade on the south side" in client.get(item, {"fassung": "en"}).content.decode()
    assert "Wochen-Markt" in client.get(item, {"fassung": "de-simple"}).content.decode()
    assert "mehr Schatten" in client.get(item, {"fassung": "xx"}).content.decode()


def test_a_draft_stands_in_no_archive(client, department, reader):
    samples.bulletin()
    assert samples.GOOD.subject not in client.get(reverse("pool:archive")).content.decode()


def test_a_later_change_of_the_template_or_the_bulletin_changes_no_mail(department, reader, send, relay):
    made = leave()
    made.texts = {}
    made.save()
    send()
    assert relay.mails[0]["Subject"] == samples.GOOD.subject


def test_one_body_serves_everybody_with_the_same_reason(department, members, send, relay):
    made = leave()
    send()
    assert len(relay.mails) == Member.objects.count() == 11
    assert made.dispatch.bodies.count() == 1


def test_the_kind_has_its_renderer():
    assert Dispatch(kind="bulletin").kind in render.RENDERERS
