"""Pictures that staff upload for bulletins and pages: the same look at every door of the library."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from PIL import Image as Drawn
from wagtail.images import get_image_model
from wagtail.models import Collection

from mitwirken.accounts import samples as people
from mitwirken.city import samples as city
from mitwirken.portal.tests.hostile import NAMES, ODD, REFUSED, SECRETS, picture, with_secrets

# Wagtail's own templates lean on missing variables, and its small pictures on the collector to close their files.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


@pytest.fixture(autouse=True)
def library(client, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
    settings.MEDIA_ROOT = settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    city.city()
    Collection.objects.first() or Collection.add_root(name="Root")
    client.force_login(
        people.user(is_staff=True, is_superuser=True), backend="django.contrib.auth.backends.ModelBackend"
    )


def file(content, name="foto.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def by_the_form(client, sent, title="Ein Bild"):
    return client.post("/staff/images/add/", {"title": title, "file": sent}).content.decode()


def by_dropping(client, sent, title="Ein Bild"):
    answer = client.post("/staff/images/multiple/add/", {"title": title, "files[]": sent})
    return json.loads(answer.content).get("error_message", "")


def by_the_chooser(client, sent, title="Ein Bild"):
    typed = {"image-chooser-upload-title": title, "image-chooser-upload-file": sent}
    answer = json.loads(client.post("/staff/images/chooser/create/", typed).content)
    return answer.get("htmlFragment", "")


DOORS = [by_the_form, by_dropping, by_the_chooser]


def on_disk(tmp_path):
    return sorted(path for path in tmp_path.rglob("*") if path.is_file())


def ending(content):
    """The ending that fits the first bytes: a hostile file looks as honest as it can."""
    return next((end for first, end in {b"\x89": "png", b"R": "webp"}.items() if content.startswith(first)), "jpg")


# All of them at one door; the others lead to the same form.
HOSTILE = [(by_dropping, name) for name in REFUSED]
HOSTILE += [
    (door, name) for door in (by_the_form, by_the_chooser) for name in ("bomb", "jpeg and script at once", "svg")
]


@pytest.mark.parametrize(("door", "name"), HOSTILE)
def test_what_is_no_plain_picture_is_refused_and_leaves_nothing(client, tmp_path, door, name):
    said = door(client, file(REFUSED[name], f"foto.{ending(REFUSED[name])}"))
    assert any(words in said for words in ("Bitte wählen Sie", "Bitte verkleinern Sie", "Bitte speichern Sie"))
    assert not get_image_model().objects.exists()
    assert on_disk(tmp_path) == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "foto.jpg", "Die Datei ist leer."),
        (b"\xff\xd8\xff" + b"\0" * 60 * 1024 * 1024, "foto.jpg", "größer als 10 MB"),
        (picture() + b"\0" * 11 * 1024 * 1024, "foto.jpg", "größer als 10 MB"),
        (picture("PNG"), "foto.jpg", "ist aber ein anderes Bildformat (png)"),
        (picture(), "foto.exe", "kein Bild im Format JPEG, PNG oder WebP"),
        (picture(), "foto", "kein Bild im Format JPEG, PNG oder WebP"),
    ],
    ids=["empty", "sixty megabytes", "eleven megabytes", "wrong ending", "program", "no ending"],
)
def test_each_refusal_says_what_to_do(client, tmp_path, door, content, name, sentence):
    assert sentence in door(client, file(content, name))
    assert not get_image_model().objects.exists()
    assert on_disk(tmp_path) == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", ENDINGS)
def test_nothing_says_where_a_picture_was_taken(client, tmp_path, door, kind):
    door(client, file(with_secrets(kind), f"foto.{ENDINGS[kind]}"))
    kept = get_image_model().objects.get()
    with kept.file.open() as stored:
        content = stored.read()
    assert not any(secret in content for secret in SECRETS)
    with Drawn.open(kept.file.path) as shown:
        assert (shown.format, shown.size) == (kind, (60, 80))
    assert (kept.width, kept.height, kept.file_size) == (60, 80, len(content))
    # Neither the original nor a temporary copy lies beside it; Wagtail draws its own small ones from it.
    assert [path for path in on_disk(tmp_path) if "images" not in path.parent.name] == []
    assert not any(secret in path.read_bytes() for secret in SECRETS for path in on_disk(tmp_path))


@pytest.mark.parametrize("name", ODD)
def test_an_odd_but_honest_picture_is_taken_as_a_plain_one(client, name):
    by_the_form(client, file(ODD[name], f"foto.{ending(ODD[name])}"))
    with Drawn.open(get_image_model().objects.get().file.path) as shown:
        assert shown.mode in ("RGB", "RGBA")
        assert getattr(shown, "n_frames", 1) == 1


def test_a_very_large_picture_is_kept_at_a_bearable_size(client):
    by_the_form(client, file(picture(size=(6000, 600))))
    kept = get_image_model().objects.get()
    assert (kept.width, kept.height) == (4000, 400)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_leads_nowhere(client, tmp_path, door, name):
    door(client, file(picture(), name), title=name[-200:])
    kept = get_image_model().objects.get()
    assert kept.file.path.startswith(str(tmp_path / "original_images"))
    assert kept.file.name.isascii()
    assert "\u202e" not in kept.title


def test_a_file_that_waits_for_a_better_title_waits_without_its_secrets(client, tmp_path):
    """Wagtail keeps a dropped file for a second try when another field is wrong."""
    by_dropping(client, file(with_secrets("JPEG")), title="x" * 300)
    assert not get_image_model().objects.exists()
    assert on_disk(tmp_path)
    assert not any(secret in path.read_bytes() for secret in SECRETS for path in on_disk(tmp_path))


def test_a_new_file_for_an_old_picture_is_looked_at_too(client):
    by_the_form(client, file(picture()))
    kept = get_image_model().objects.get()
    before = kept.file.name
    address = f"/staff/images/{kept.pk}/"
    said = client.post(
        address, {"title": "Ein Bild", "file": file(REFUSED["jpeg and script at once"])}
    ).content.decode()
    assert "enthält mehr als ein Bild" in said
    client.post(address, {"title": "Anderer Titel"})
    kept.refresh_from_db()
    assert (kept.title, kept.file.name) == ("Anderer Titel", before)
    client.post(address, {"title": "Ein Bild", "file": file(with_secrets("JPEG"), "neu.jpg")})
    kept.refresh_from_db()
    with kept.file.open() as stored:
        content = stored.read()
    assert not any(secret in content for secret in SECRETS)
