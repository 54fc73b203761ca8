"""No picture is seen by more people than its contribution."""

import io

import pytest
from django.urls import reverse
from PIL import Image

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.portal import samples
from mitwirken.portal.actions import contributions as actions
from mitwirken.portal.images import Picture
from mitwirken.portal.models import ModerationState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def jpeg():
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "red").save(out, "JPEG")
    return out.getvalue()


def idea(**step):
    picture = Picture(jpeg(), 8, 6, "Eine rote Bank")
    return actions.hand_in(samples.step(**step), title="Bank", text="Text", images=[picture], at=clock.now())


def hidden(contribution):
    actions.moderate(contribution, ModerationState.HIDDEN, reason="Zeigt ein Kennzeichen.", by=None, at=clock.now())
    return contribution.attachments.get()


def body(response):
    return b"".join(response.streaming_content)


def test_everybody_sees_the_picture_of_a_shown_contribution(client):
    answer = client.get(idea().attachments.get().get_absolute_url())
    assert body(answer) == jpeg()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert not answer.cookies


@pytest.mark.parametrize("how", ["hidden", "pending", "draft step", "unpublished project", "unknown"])
def test_nobody_sees_the_picture_of_what_is_not_shown(client, how):
    contribution = idea(premoderated=how == "pending")
    picture = contribution.attachments.get()
    step = contribution.step
    if how == "hidden":
        hidden(contribution)
    elif how == "draft step":
        type(step).objects.update(state="draft")
    elif how == "unpublished project":
        step.project.unpublish()
    pk = picture.pk + 1000 if how == "unknown" else picture.pk
    assert client.get(reverse("portal:picture", args=[pk])).status_code == 404


@pytest.mark.parametrize("address", ["media/{name}", "media/images/../{name}", "media/images/%2e%2e/{name}"])
def test_the_file_has_no_address_of_its_own(client, address):
    name = idea().attachments.get().image.name
    assert client.get("/" + address.format(name=name)).status_code in (400, 404)


def test_who_moderates_sees_it_and_no_cache_keeps_it(client):
    picture = hidden(idea())
    client.force_login(people.staff(RoleKind.MODERATOR, city.department()))
    answer = client.get(picture.get_absolute_url())
    assert body(answer) == jpeg()
    assert "no-store" in answer["Cache-Control"]


def test_the_neighbouring_department_does_not_see_it(client):
    picture = hidden(idea())
    client.force_login(people.staff(RoleKind.MODERATOR, city.department(slug="b-amt", name="B-Amt")))
    assert client.get(picture.get_absolute_url()).status_code == 404


def test_the_author_sees_it_with_the_receipt(client):
    contribution = idea()
    picture = hidden(contribution)
    address = reverse("portal:own_picture", args=[contribution.receipt, picture.pk])
    assert address in client.get(reverse("portal:receipt", args=[contribution.receipt])).text
    answer = client.get(address)
    assert body(answer) == jpeg()
    assert "no-store" in answer["Cache-Control"]


def test_a_receipt_opens_no_other_picture(client):
    picture = hidden(idea())
    other = samples.contribution()
    assert client.get(reverse("portal:own_picture", args=[other.receipt, picture.pk])).status_code == 404


def test_a_picture_whose_file_is_gone_is_not_found(client):
    picture = idea().attachments.get()
    picture.image.storage.delete(picture.image.name)
    assert client.get(picture.get_absolute_url()).status_code == 404
