import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mitwirken.city import samples as city_samples
from mitwirken.city.models import Street
from mitwirken.core import clock
from mitwirken.core.models import Letter
from mitwirken.modules.ideas.models import Idea, Upload
from mitwirken.modules.ideas.views import handing_in
from mitwirken.portal import samples
from mitwirken.portal.models import Attachment, AuthorContact, Contribution
from mitwirken.portal.tests.hostile import NAMES, ODD, REFUSED, SECRETS, picture, with_secrets

pytestmark = pytest.mark.django_db


@pytest.fixture
def step(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    city_samples.district()
    return samples.step(settings={"categories": ["Grün", "Wege"]})


def address(step, name="new"):
    return reverse(f"ideas:{name}", args=[step.project.slug, step.slug])


TYPED = {"title": "Ein Baum am Markt", "text": "Dort ist es im Sommer zu heiß.", "author_name": "Amina"}


def post(client, step, stage="send", *, follow=False, **values):
    return client.post(address(step), TYPED | {"stage": stage} | values, follow=follow)


def file(content: bytes, name="foto.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


BAD = {
    "title too long": ({"title": "x" * 121}, "zu lang"),
    "title missing": ({"title": "  "}, "Bitte geben Sie Ihrer Idee einen Titel"),
    "text too long": ({"text": "x" * 5001}, "zu lang"),
    "text missing": ({"text": ""}, "Bitte beschreiben Sie"),
    "NUL in the title": ({"title": "Ein\x00Baum"}, "nicht speichern können"),
    "NUL in the text": ({"text": "Ein\x00Baum"}, "nicht speichern können"),
    "NUL in the category": ({"category": "Gr\x00n"}, "Diese Kategorie gibt es hier nicht"),
    "unknown category": ({"category": "Weltall"}, "Diese Kategorie gibt es hier nicht"),
    "category of another step": ({"category": "Nur dort"}, "Diese Kategorie gibt es hier nicht"),
    "unknown district": ({"district": "atlantis"}, "Diesen Stadtbezirk kennen wir nicht"),
    "NUL in the district": ({"district": "no\x00rd"}, "Diesen Stadtbezirk kennen wir nicht"),
    "latitude in words": ({"lat": "oben", "lon": "7.4"}, "Breitengrad als Zahl"),
    "latitude not a number": ({"lat": "nan", "lon": "7.4"}, "Breitengrad als Zahl"),
    "longitude infinite": ({"lat": "51.5", "lon": "inf"}, "Längengrad als Zahl"),
    "only half a point": ({"lat": "51.5"}, "braucht beide Zahlen"),
    "a point at sea": ({"lat": "0", "lon": "0"}, "nicht in unserer Stadt"),
    "e-mail without at": ({"email": "amina"}, "keine E-Mail-Adresse"),
    "later question without address": ({"may_ask_later": "on"}, "brauchen wir Ihre E-Mail-Adresse"),
    "the trap": ({"website": "http://spam.example"}, "Nicht ausfüllen"),
}


@pytest.mark.parametrize("stage", ["review", "send"])
@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_stores_nothing(client, step, name, stage):
    samples.step(settings={"categories": ["Nur dort"]})
    values, sentence = BAD[name]
    answer = post(client, step, stage, **values)
    assert sentence in answer.text
    assert "<title>Fehler:" in re.sub(r"\s*(<title>)\s*", r"\1", answer.text)
    for typed in (TYPED | {k: v for k, v in values.items() if k in TYPED}).values():
        assert typed.strip().replace("\x00", "") in answer.text.replace("\x00", "")
    assert not Contribution.objects.exists()
    assert not Letter.objects.exists()


def left_behind(tmp_path):
    """What lies on the disk: pictures handed in, and what came in on its way through the server."""
    return sorted(path.name for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("stage", ["review", "send"])
@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_plain_picture_is_refused_in_the_form(client, step, tmp_path, name, stage):
    answer = post(client, step, stage, image=file(REFUSED[name]))
    assert answer.status_code == 422
    assert re.search(r"Bitte (wählen|speichern|verkleinern)|verkleinern Sie", answer.text)
    assert TYPED["text"] in answer.text
    assert not Contribution.objects.exists()
    assert not Upload.objects.exists()
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize(("megabytes", "start"), [(11, picture()), (60, picture()), (60, b"\0")])
def test_a_picture_above_ten_megabytes_is_refused_and_leaves_nothing(
    client, step, settings, tmp_path, megabytes, start
):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    answer = post(client, step, image=file(start + b"\0" * megabytes * 1024 * 1024))
    assert "größer als 10 MB" in answer.text
    assert not Contribution.objects.exists()
    assert left_behind(tmp_path) == []


def test_an_empty_file_is_refused_with_a_sentence(client, step):
    answer = post(client, step, image=file(b""))
    assert "Die Datei ist leer. Bitte wählen Sie eine andere." in answer.text
    assert not Contribution.objects.exists()


@pytest.mark.parametrize("name", ODD)
def test_an_odd_but_honest_picture_is_handed_in_as_a_plain_one(client, step, name):
    post(client, step, image=file(ODD[name]))
    with Attachment.objects.get().image.open() as kept:
        assert kept.read(3) == b"\xff\xd8\xff"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_says_where_a_picture_was_taken(client, step, tmp_path, kind):
    review = post(client, step, "review", image=file(with_secrets(kind)))
    assert not any(secret in bytes(Upload.objects.get().content) for secret in SECRETS)
    client.post(address(step), hidden_fields(review) | {"stage": "send"})
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert not any(secret in path.read_bytes() for secret in SECRETS)


@pytest.mark.parametrize("name", [*NAMES, "foto.png", "foto.txt", "foto"])
def test_what_the_file_is_called_says_nothing_and_is_kept_nowhere(client, step, tmp_path, name):
    answer = post(client, step, follow=True, image=file(picture(), name))
    assert name not in answer.text
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert re.fullmatch(r"beitraege/\d{4}/\d\d/[\w-]+\.jpg", str(path.relative_to(tmp_path)))
    assert not any(word in path.name for word in ("passwd", "foto", "aaaa", "nke"))


def test_ten_megabytes_of_text_are_refused_with_a_sentence(client, step):
    answer = post(client, step, text="x" * 10 * 1024 * 1024)
    assert answer.status_code == 413
    assert "zu groß" in answer.text
    assert not Contribution.objects.exists()


WHEN = {
    "closed": ({"ends_at": clock.now() - timedelta(hours=1)}, "ist beendet"),
    "announced": ({"starts_at": clock.now() + timedelta(days=1)}, "noch nicht begonnen"),
    "withdrawn": ({"state": "withdrawn"}, "zurückgezogen"),
}


@pytest.mark.parametrize("stage", ["review", "send"])
@pytest.mark.parametrize("name", WHEN)
def test_outside_its_time_a_step_says_so_and_keeps_what_was_typed(client, step, name, stage):
    fields, sentence = WHEN[name]
    type(step).objects.filter(pk=step.pk).update(**fields)
    answer = post(client, step, stage)
    assert sentence in answer.text
    assert TYPED["text"] in answer.text
    assert not Contribution.objects.exists()


def test_a_draft_step_is_nowhere(client, step):
    type(step).objects.update(state="draft")
    assert post(client, step).status_code == 404


def test_too_many_ideas_from_one_connection_wait_an_hour(client, step, monkeypatch):
    monkeypatch.setitem(handing_in.LIMIT, "limit", 2)
    answers = [post(client, step) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "in einer Stunde" in answers[2].text
    assert TYPED["text"] in answers[2].text
    assert Contribution.objects.count() == 2


def test_sending_twice_leads_to_the_same_receipt(client, step):
    values = {"submission_key": "k" * 32, "email": "a@beispiel.example"}
    first, second = post(client, step, **values), post(client, step, **values)
    assert first["Location"] == second["Location"]
    assert (Contribution.objects.count(), Letter.objects.count()) == (1, 1)


def test_nothing_is_stored_before_the_last_button(client, step):
    answer = post(client, step, "review", email="a@beispiel.example")
    assert "Stimmt alles?" in answer.text
    assert "a@beispiel.example" in answer.text
    assert not Contribution.objects.exists()
    assert not AuthorContact.objects.exists()


def hidden_fields(page) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page.text)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def test_the_review_page_carries_everything_to_the_receipt(client, step):
    page = post(
        client, step, "review", category="Grün", district="nord", lat="51,53", lon="7.46", address="Am Teich",
        image=file(picture("PNG", size=(90, 40))), image_alt="Ein leerer Platz", email="a@beispiel.example",
        may_ask_later="on",
    )  # fmt: skip
    answer = client.post(address(step), hidden_fields(page) | {"stage": "send"}, follow=True)
    idea = Contribution.objects.get()
    assert idea.receipt in answer.text
    assert (idea.title, idea.author_name, idea.district.slug) == ("Ein Baum am Markt", "Amina", "nord")
    assert (idea.lat, idea.lon, idea.place) == (51.53, 7.46, "Am Teich")
    assert Idea.objects.get().category.name == "Grün"
    assert (idea.contact.email, idea.contact.may_ask_later) == ("a@beispiel.example", True)
    attachment = Attachment.objects.get()
    assert (attachment.width, attachment.height, attachment.alt) == (90, 40, "Ein leerer Platz")
    assert not Upload.objects.exists()


def test_change_something_brings_back_the_form_with_everything_typed(client, step):
    page = post(client, step, "review", email="a@beispiel.example", image=file(picture()))
    answer = client.post(address(step), hidden_fields(page) | {"stage": "change"})
    assert 'value="Ein Baum am Markt"' in answer.text
    assert 'value="a@beispiel.example"' in answer.text
    assert "Ihr Bild haben wir behalten" in answer.text
    assert Upload.objects.get().key in answer.text


def test_a_picture_is_not_chosen_twice_because_of_another_mistake(client, step):
    page = post(client, step, "review", title="", image=file(picture()))
    assert "Ihr Bild haben wir behalten" in page.text
    post(client, step, uploaded=Upload.objects.get().key)
    assert Attachment.objects.count() == 1


def test_a_picture_can_be_left_out_again(client, step):
    post(client, step, "review", image=file(picture()))
    post(client, step, uploaded=Upload.objects.get().key, drop_image="on")
    assert Contribution.objects.count() == 1
    assert not Attachment.objects.exists()


def test_pictures_never_sent_are_gone_after_a_day(client, step):
    from mitwirken.modules.ideas import actions

    post(client, step, "review", image=file(picture()))
    assert actions.forget_uploads(at=clock.now() + timedelta(hours=23)) == 0
    assert actions.forget_uploads(at=clock.now() + timedelta(hours=25)) == 1


def test_the_street_list_finds_the_district(client, step):
    east = city_samples.district(slug="ost", name="Ost", lat=51.5, lon=7.6)
    Street.objects.create(name="Parkstraße", search_name="parkstrasse", district=east)
    post(client, step, address="Parkstr. 12")
    assert Contribution.objects.get().district == east


def test_similar_ideas_are_shown_before_sending(client, step):
    samples.contribution(step, title="Bäume am Marktplatz")
    samples.contribution(step, title="Ein Baum am Marktplatz")
    hidden = samples.contribution(step, title="Ein Baum am Markt!", moderation="hidden")
    found = post(client, step, "review").text
    assert "Ein Baum am Marktplatz" in found
    assert f"/{hidden.pk}/" not in found


def test_a_checked_step_says_that_a_person_reads_first(client, step):
    type(step).objects.update(premoderated=True)
    answer = client.post(address(step), TYPED | {"stage": "send"}, follow=True)
    assert "Ihr Beitrag wird zuerst gelesen" in answer.text
    assert Contribution.objects.get().title not in client.get(address(step, "step")).text


def test_the_form_needs_no_account_sets_no_session_and_is_kept_by_nobody(client, step):
    page = client.get(address(step))
    assert "no-store" in page["Cache-Control"]
    assert "sitzung" not in page.cookies


def test_the_form_costs_few_queries(client, step, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(address(step))
