"""The right to erasure for people without account: by the receipt, and by staff."""

import pytest
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry, Letter
from mitwirken.portal import samples
from mitwirken.portal.actions import contributions as actions
from mitwirken.portal.actions.erasure import ERASED_TEXT, erase_person
from mitwirken.portal.images import Picture
from mitwirken.portal.models import AuthorContact, Contribution
from mitwirken.portal.tests.test_pictures import jpeg

# Wagtail's own templates lean on missing variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def idea():
    return actions.hand_in(
        samples.step(),
        title="Bank vor Haus 7",
        text="Ich wohne in Haus 7.",
        author_name="Amina A.",
        author=people.user(),
        email="amina@beispiel.example",
        place="Vor Haus 7",
        lat=51.5,
        lon=7.4,
        images=[Picture(jpeg(), 8, 6, "Mein Haus")],
        at=clock.now(),
    )


def stored(idea):
    return Contribution.objects.get(pk=idea.pk)


def test_erasing_leaves_nothing_that_points_to_the_author(idea, tmp_path, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(idea, by=None)
    row = stored(idea)
    assert (row.author_name, row.author, row.attachments.count()) == ("", None, 0)
    assert not AuthorContact.objects.exists()
    assert not Letter.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_contribution_stays_with_its_receipt(idea):
    erase_person(idea, by=None)
    assert (stored(idea).title, stored(idea).receipt) == ("Bank vor Haus 7", idea.receipt)


def test_if_the_text_tells_who_it_was_the_text_goes_too(idea):
    erase_person(idea, by=None, with_text=True)
    row = stored(idea)
    assert (row.title, row.text, row.place, row.lat, row.lon) == (ERASED_TEXT, ERASED_TEXT, "", None, None)


def test_a_letter_being_sent_is_left_to_its_own_term(idea):
    Letter.objects.update(claimed_until=clock.now())
    erase_person(idea, by=None)
    assert Letter.objects.count() == 1


def test_the_trace_names_the_reason_and_no_person(idea):
    erase_person(idea, by=None, with_text=True)
    trace = AuditEntry.objects.get(action="portal.erase_person")
    assert trace.facts == {"reason": "asked", "text": True}


def test_whoever_holds_the_receipt_is_told_first_and_erases_then(client, idea):
    address = reverse("portal:erase", args=[idea.receipt])
    assert address in client.get(reverse("portal:receipt", args=[idea.receipt])).text
    page = client.get(address)
    assert "Endgültig löschen" in page.text
    assert "no-store" in page["Cache-Control"]
    assert stored(idea).author_name == "Amina A."
    answer = client.post(address, follow=True)
    assert "Ihr Name, Ihre Adresse und Ihre Bilder sind gelöscht." in answer.text
    assert (stored(idea).author_name, stored(idea).text) == ("", "Ich wohne in Haus 7.")


def test_a_wrong_receipt_erases_nothing(client, idea):
    assert client.post(reverse("portal:erase", args=["AAAA-AAAA-AAAA"])).status_code == 404
    assert stored(idea).author_name == "Amina A."


def test_a_page_without_anything_to_erase_does_not_offer_it(client):
    row = samples.contribution()
    assert reverse("portal:erase", args=[row.receipt]) not in client.get(row.get_absolute_url()).text


@pytest.mark.parametrize("kind", [RoleKind.MODERATOR, RoleKind.PROJECT_LEAD])
def test_staff_of_the_department_erase_with_a_reason(client, idea, kind):
    client.force_login(staff := people.staff(kind, city.department()))
    typed = {"erase-reason": "others", "erase-with_text": "on", "erase-sure": "on"}
    client.post(reverse("portal_staff:erase", args=[idea.pk]), typed)
    assert (stored(idea).author_name, stored(idea).text) == ("", ERASED_TEXT)
    assert AuditEntry.objects.get(action="portal.erase_person").actor == staff


@pytest.mark.parametrize("typed", [{"erase-sure": "on"}, {"erase-reason": "asked"}])
def test_without_a_reason_and_a_yes_nothing_is_erased(client, idea, typed):
    client.force_login(people.staff(RoleKind.MODERATOR, city.department()))
    page = client.post(reverse("portal_staff:erase", args=[idea.pk]), typed)
    assert page.status_code == 200
    assert stored(idea).author_name == "Amina A."


@pytest.mark.parametrize("kind", [RoleKind.EDITOR, RoleKind.EVALUATOR])
def test_who_does_not_moderate_cannot_erase(client, idea, kind):
    client.force_login(people.staff(kind, city.department()))
    typed = {"erase-reason": "asked", "erase-sure": "on"}
    assert client.post(reverse("portal_staff:erase", args=[idea.pk]), typed).status_code == 404
    assert stored(idea).author_name == "Amina A."
