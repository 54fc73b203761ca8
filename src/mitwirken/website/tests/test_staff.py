import pytest
from django.urls import reverse

from mitwirken.accounts import samples as accounts
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core.models import Letter
from mitwirken.website import actions, samples
from mitwirken.website.models import CaseState, ContactCase

# Wagtail's own templates use variables they do not set.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture
def office(client):
    person = accounts.user(is_superuser=True, is_staff=True)
    client.force_login(person)
    return client


@pytest.fixture
def planner(client):
    person = accounts.staff(RoleKind.PROJECT_LEAD, city.department())
    client.force_login(person)
    return client


def test_the_desk_lists_what_waits(office):
    case = samples.case()

    assert case.receipt in office.get(reverse("website_staff:cases")).content.decode()


def test_an_answer_is_sent_and_the_case_leaves_the_list(office):
    case = samples.case()
    office.post(reverse("website_staff:case", args=[case.pk]), {"verb": "answer", "text": "Bis Freitag."})
    case.refresh_from_db()

    assert case.state == CaseState.ANSWERED
    assert Letter.objects.filter(text__contains="Bis Freitag.").count() == 1


def test_each_label_of_a_case_leads_to_an_input_of_its_own(office):
    page = office.get(reverse("website_staff:case", args=[samples.case().pk])).content.decode()

    assert page.count('id="answer_text"') == page.count('id="note_text"') == 1
    assert 'id="id_text"' not in page


def test_an_empty_answer_is_asked_for_again(office):
    case = samples.case()
    answer = office.post(reverse("website_staff:case", args=[case.pk]), {"verb": "answer", "text": " "})

    assert answer.status_code == 422
    assert "Bitte schreiben Sie eine Antwort." in answer.content.decode()


def test_a_case_that_is_handed_on_belongs_to_the_other_department(planner):
    case = samples.case()
    ContactCase.objects.filter(pk=case.pk).update(department=city.department())
    other = city.department(slug="umwelt", name="Umwelt")
    planner.post(reverse("website_staff:case", args=[case.pk]), {"verb": "assign", "department": other.pk})

    assert planner.get(reverse("website_staff:case", args=[case.pk])).status_code == 404


def test_cases_of_others_do_not_exist(planner):
    case = samples.case()

    assert planner.get(reverse("website_staff:case", args=[case.pk])).status_code == 404
    assert case.receipt not in planner.get(reverse("website_staff:cases")).content.decode()


def test_nonsense_in_a_post_changes_nothing(office):
    case = samples.case()
    office.post(reverse("website_staff:case", args=[case.pk]), {"verb": "delete"})

    assert ContactCase.objects.get().state == CaseState.OPEN


@pytest.mark.parametrize("query", ["?stand=x", "?vor=abc", "?vor=99999999999999999999999", "?stand=%00"])
def test_odd_addresses_show_the_list(office, query):
    assert office.get(reverse("website_staff:cases") + query).status_code == 200


def test_the_list_pages_by_keyset_at_constant_cost(office, django_assert_max_num_queries):
    for _ in range(35):
        samples.case(email="")
    with django_assert_max_num_queries(25):
        page = office.get(reverse("website_staff:cases")).content.decode()

    assert "Ältere Fälle" in page


def test_what_is_still_to_fill_in_is_for_the_coordination_office(office, site):
    html = office.get(reverse("website_staff:checks")).content.decode()

    assert "Impressum" in html


def test_a_department_does_not_see_the_check_of_texts(planner):
    assert planner.get(reverse("website_staff:checks")).status_code in (302, 403)


def test_the_home_of_the_staff_area_names_what_waits(office, site):
    samples.case()
    html = office.get(reverse("wagtailadmin_home")).content.decode()

    assert "1 Nachricht wartet auf Antwort." in html
    assert "Markierte Stellen in Texten" in html


@pytest.mark.parametrize("name", ["fundingopportunity", "localright"])
def test_the_lists_are_kept_in_the_staff_area(office, site, name):
    assert office.get(reverse(f"wagtailsnippets_website_{name}:list")).status_code == 200


@pytest.mark.parametrize("name", ["fundingopportunity", "localright"])
def test_the_lists_belong_to_the_editors_of_all_departments(planner, site, name):
    assert planner.get(reverse(f"wagtailsnippets_website_{name}:list")).status_code in (302, 403)


def test_the_thread_shows_notes_and_mails_in_order(office):
    case = samples.case()
    person = accounts.user(is_superuser=True)
    actions.note_case(case, "Bitte Kollegin fragen.", by=person, at=case.created_at)
    html = office.get(reverse("website_staff:case", args=[case.pk])).content.decode()

    assert html.index("Bis wann") < html.index("Bitte Kollegin fragen.")
