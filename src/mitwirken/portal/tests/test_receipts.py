import pytest
from django.urls import reverse

from mitwirken.accounts import samples as people
from mitwirken.core import clock, codes
from mitwirken.core.models import Letter
from mitwirken.portal import samples
from mitwirken.portal.actions import contributions as actions
from mitwirken.portal.models import AuthorContact

pytestmark = pytest.mark.django_db


def receipt_page(client, contribution):
    return client.get(reverse("portal:receipt", args=[contribution.receipt]))


def test_the_page_tells_the_state_and_is_kept_by_nobody(client):
    page = receipt_page(client, samples.contribution())
    assert "Mehr Bänke im Schatten" in page.text
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    assert not page.cookies.get("sitzung")


def test_the_reason_for_hiding_stands_on_the_receipt_page(client):
    contribution = samples.contribution()
    actions.moderate(contribution, "hidden", reason="Nennt eine Person.", by=None, at=clock.now())
    assert "Nennt eine Person." in receipt_page(client, contribution).text


def test_the_answer_and_what_it_became_stand_on_the_receipt_page(client):
    step = samples.step()
    one, two = samples.contribution(step), samples.contribution(step, title="Bänke und Bäume")
    staff = people.user()
    actions.answer(one, "Das bauen wir.", standing="accepted", by=staff, at=clock.now())
    actions.merge(one, two, by=staff)
    page = receipt_page(client, one)
    assert "Das bauen wir." in page.text
    assert "Bänke und Bäume" in page.text


@pytest.mark.parametrize("change", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}\t"])
def test_a_code_may_be_typed_in_any_way(client, change):
    contribution = samples.contribution()
    answer = client.get(reverse("portal:receipt_lookup"), {"code": change(contribution.receipt)})
    assert answer["Location"] == reverse("portal:receipt", args=[contribution.receipt])


def test_a_slip_in_the_code_is_told_from_an_unknown_one(client):
    wrong = client.get(reverse("portal:receipt_lookup"), {"code": "7KQ4-M2XH"})
    unknown = client.get(reverse("portal:receipt_lookup"), {"code": codes.new_code()})
    assert wrong.status_code == unknown.status_code == 404
    assert "kein vollständiger" in wrong.text
    assert "kennen keinen Beitrag" in unknown.text


@pytest.mark.parametrize("typed", ["%00", "a" * 5000, "../../etc/passwd", "☃", "%"])
def test_nonsense_instead_of_a_code_breaks_nothing(client, typed):
    assert client.get(reverse("portal:receipt_lookup"), {"code": typed}).status_code == 404


def test_trying_many_codes_is_slowed_down(client):
    answers = [client.get(reverse("portal:receipt", args=[codes.new_code()])).status_code for _ in range(61)]
    assert (answers[0], answers[-1]) == (404, 429)


def test_the_slip_is_mailed_and_the_address_forgotten(client):
    contribution = samples.contribution()
    address = reverse("portal:receipt", args=[contribution.receipt])
    answer = client.post(address, {"email": "a@beispiel.example"}, follow=True)
    assert "unterwegs" in answer.text
    assert Letter.objects.get().to_address == "a@beispiel.example"
    assert not hasattr(contribution, "contact")


def test_a_wrong_address_for_the_slip_is_kept_in_the_field(client):
    contribution = samples.contribution()
    answer = client.post(reverse("portal:receipt", args=[contribution.receipt]), {"email": "kein-at"})
    assert "kein-at" in answer.text
    assert not Letter.objects.exists()


def test_an_address_longer_than_any_is_refused_in_the_field(client):
    contribution = samples.contribution()
    address = "a" * 60 + "@" + ".".join(["b" * 60] * 4) + ".example"
    answer = client.post(reverse("portal:receipt", args=[contribution.receipt]), {"email": address, "keep": "on"})
    assert "254" in answer.text
    assert not AuthorContact.objects.exists()


def test_the_page_needs_few_queries_however_much_there_is(client, django_assert_max_num_queries):
    step = samples.step()
    contribution = samples.contribution(step)
    for number in range(12):
        actions.merge(contribution, samples.contribution(step, title=f"Idee {number}"), by=people.user())
    with django_assert_max_num_queries(12):
        receipt_page(client, contribution)


def test_whoever_holds_the_receipt_can_erase_the_address(client):
    contribution = samples.contribution()
    AuthorContact.objects.create(contribution=contribution, email="ada@beispiel.example")
    page = receipt_page(client, contribution)
    client.post(reverse("portal:receipt", args=[contribution.receipt]), {"forget": "1"})
    assert "Meine Adresse löschen" in page.text
    assert not AuthorContact.objects.exists()


def test_the_receipt_never_shows_the_address(client):
    contribution = samples.contribution()
    AuthorContact.objects.create(contribution=contribution, email="ada@beispiel.example")
    assert "ada@" not in receipt_page(client, contribution).text
