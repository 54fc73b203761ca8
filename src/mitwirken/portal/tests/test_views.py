"""The public pages of the portal: what they show, what they hide, what they cost."""

from datetime import UTC, datetime, timedelta

import pytest

from mitwirken.box.models import Term
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.portal import samples
from mitwirken.portal.actions import projects as actions
from mitwirken.portal.models import ProjectPage, Step, StepState
from mitwirken.portal.views import offers

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def project():
    return samples.project(title="Der Stadtgarten", slug="stadtgarten")


def many_steps(number):
    """Steps of ten projects in twelve districts, in every state of time."""
    now = clock.now()
    districts = [city.district(slug=f"d{n}", name=f"Bezirk {n}") for n in range(12)]
    topics = [city.topic(code=f"t{n}", name=f"Thema {n}") for n in range(15)]
    for n in range(5):
        Term.objects.get_or_create(vocabulary="kind", code=f"kind{n}", label=f"Art {n}")
    projects = [samples.project(slug=f"projekt-{n}") for n in range(10)]
    steps = Step.objects.bulk_create(
        Step(
            project=projects[n % 10],
            kind="external",
            slug=f"schritt-{n}",
            title=f"Schritt {n}",
            state=StepState.PUBLISHED,
            published_at=now,
            starts_at=now + timedelta(days=n % 30 - 25),
            ends_at=now + timedelta(days=n % 40 - 10),
        )
        for n in range(number)
    )
    Step.districts.through.objects.bulk_create(
        Step.districts.through(step=step, district=districts[n % 12]) for n, step in enumerate(steps) if n % 5
    )
    Step.topics.through.objects.bulk_create(
        Step.topics.through(step=step, topic=topics[n % 15]) for n, step in enumerate(steps)
    )


@pytest.mark.parametrize(
    "query", ["", "?status=alle", "?status=alle&bezirk=d1&thema=t3&q=schritt", "?ansicht=karte", "?ansicht=kalender"]
)
def test_500_offers_cost_no_more_queries_than_twelve(client, django_assert_max_num_queries, query):
    many_steps(500)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get(f"/mitmachen/{query}").status_code == 200


def test_a_section_costs_no_more_queries_than_twelve(client, django_assert_max_num_queries):
    many_steps(120)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert client.get("/mitmachen/bereich/stadtplanung/").status_code == 200


def test_a_lively_project_costs_no_more_queries_than_twelve(client, project, django_assert_max_num_queries):
    now = clock.now()
    Term.objects.create(vocabulary="level", code="consult", label="Konsultation", help_text="Wir hören zu.")
    project.topics.add(city.topic())
    project.districts.add(city.district())
    for _number in range(8):
        samples.contribution(samples.step(project))
        actions.post_update(project, "Neues", "Es geht voran.", by=None, at=now)
        actions.set_measure(project, title="Bänke", by=None)
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get("/vorhaben/stadtgarten/")
    assert "Wir hören zu." in page.content.decode()


@pytest.mark.parametrize("path", ["/mitmachen/", "/mitmachen/bereich/stadtplanung/", "/vorhaben/stadtgarten/"])
def test_public_pages_set_no_cookie_and_have_one_heading(client, project, path):
    samples.step(project)
    page = client.get(path)
    assert not page.cookies
    assert page.content.decode().count("<h1") == 1


def test_a_project_tells_question_limits_decision_and_contact(client, project):
    page = client.get("/vorhaben/stadtgarten/").content.decode()
    for told in (project.question, project.fixed_points, project.decision, project.contact_phone):
        assert told in page


def test_the_official_answer_of_a_project_is_shown(client, project):
    actions.say_result(project, "Wir pflanzen zwölf Bäume.", by=None)
    assert "Wir pflanzen zwölf Bäume." in client.get("/vorhaben/stadtgarten/").content.decode()


def test_hidden_contributions_are_not_counted(client, project):
    step = samples.step(project)
    samples.contribution(step)
    samples.contribution(step, moderation="hidden")
    assert client.get("/vorhaben/stadtgarten/").context["numbers"]["contributions"] == 1


@pytest.mark.parametrize("state", [StepState.DRAFT, StepState.WITHDRAWN])
def test_a_step_that_is_not_public_appears_nowhere(client, project, state):
    samples.step(project, title="Streng vertraulich", state=state)
    for path in ("/mitmachen/?status=alle", "/vorhaben/stadtgarten/", "/mitmachen/feed/", "/mitmachen/offers.json"):
        response = client.get(path)
        body = response.getvalue() if response.streaming else response.content
        assert "Streng vertraulich" not in body.decode()


@pytest.mark.parametrize("path", ["/vorhaben/stadtgarten/", "/bereich-stadtplanung/stadtgarten/"])
def test_an_unpublished_project_does_not_exist_for_the_public(client, project, path):
    samples.step(project, title="Streng vertraulich")
    ProjectPage.objects.get().unpublish()
    assert client.get(path).status_code == 404
    assert "Streng vertraulich" not in client.get("/mitmachen/?status=alle").content.decode()


def test_the_address_in_the_page_tree_leads_to_the_stable_one(client, project):
    page = client.get("/bereich-stadtplanung/stadtgarten/")
    assert (page.status_code, page["Location"]) == (301, "/vorhaben/stadtgarten/")


def test_a_preview_shows_the_page_as_the_public_will_see_it(project):
    project.title = "Ein neuer Titel"
    samples.step(project, title="Noch ein Entwurf", state=StepState.DRAFT)
    page = project.make_preview_request().render().content.decode()
    assert "Ein neuer Titel" in page
    assert "Noch ein Entwurf" in page


def test_a_preview_of_a_page_that_was_never_saved_works():
    section = samples.section()
    unsaved = ProjectPage(title="Neu", slug="neu", summary="Kurz.")
    unsaved.path, unsaved.depth = section.path + "0001", section.depth + 1
    assert "Neu" in unsaved.make_preview_request().render().content.decode()


def test_what_editors_write_cannot_end_the_data_block(client, project):
    now = clock.now()
    samples.step(project, title="</script><b>", channel="analog", place="Rathaus", starts_at=now, ends_at=now)
    page = client.get("/vorhaben/stadtgarten/").content.decode()
    assert "</script><b>" not in page
    assert '"@type": "Event"' in page


def test_a_chip_takes_its_own_filter_away_and_keeps_the_others(client, project):
    city.district(slug="nord", name="Nord")
    chips = client.get("/mitmachen/?bezirk=nord&kanal=analog&q=Bank").context["chips"]
    assert [chip["url"] for chip in chips] == [
        "?bezirk=nord&kanal=analog",
        "?q=Bank&kanal=analog",
        "?q=Bank&bezirk=nord",
    ]


def test_an_empty_list_says_what_to_do(client, project):
    samples.step(project, ends_at=clock.now() - timedelta(days=1))
    page = client.get("/mitmachen/")
    assert page.context["earlier"]["url"] == "?status=alle"
    assert page.context["earlier"]["label"] in page.content.decode()


def test_the_map_counts_what_the_list_shows(client, project):
    north = city.district(slug="nord", name="Nord")
    city.district(slug="sued", name="Süd")
    for _number in range(3):
        samples.step(project, districts=[north])
    samples.step(project)
    page = client.get("/mitmachen/?ansicht=karte")
    assert {tile["slug"]: tile["count"] for tile in page.context["tiles"]} == {"nord": 3, "sued": 0}
    assert len(page.context["offers"]) == 4


def test_the_calendar_names_begin_and_last_day(client, project):
    samples.step(
        project,
        title="Ideenzeit",
        starts_at=datetime(2026, 5, 4, 7, tzinfo=UTC),
        ends_at=datetime(2026, 5, 20, 21, 59, tzinfo=UTC),
    )
    entries = client.get("/mitmachen/?ansicht=kalender&monat=2026-05").context["entries"]
    assert [(entry.day.day, entry.what) for entry in entries] == [(4, "beginnt"), (20, "letzter Tag")]


def test_what_lasts_all_month_is_named_once(client, project):
    samples.step(project, starts_at=datetime(2026, 3, 1, tzinfo=UTC), ends_at=datetime(2026, 8, 1, tzinfo=UTC))
    page = client.get("/mitmachen/?ansicht=kalender&monat=2026-05")
    assert page.context["entries"] == []
    assert len(page.context["lasting"]) == 1


def test_projects_are_found_through_their_offers(client):
    assert client.get("/vorhaben/")["Location"] == "/mitmachen/?status=alle"


def test_a_calendar_that_is_too_full_says_so(client, monkeypatch):
    monkeypatch.setattr(offers, "MOST_IN_MONTH", 2)
    for day in (3, 4, 5):
        samples.step(starts_at=datetime(2026, 5, day, 10, tzinfo=UTC), ends_at=datetime(2026, 5, day, 12, tzinfo=UTC))
    page = client.get("/mitmachen/?ansicht=kalender&monat=2026-05").content.decode()
    assert "mehr als 2 Angebote im Mai 2026" in page
    assert "Das ist nicht alles" in page
    monkeypatch.setattr(offers, "MOST_IN_MONTH", 3)
    assert "Das ist nicht alles" not in client.get("/mitmachen/?ansicht=kalender&monat=2026-05").content.decode()


def test_a_project_with_very_many_steps_shows_where_it_stands_now(client):
    project, now = samples.project(), clock.now()
    days = [*range(-70, -5), *range(3)]
    for number, day in enumerate(days):
        begins = now + timedelta(days=day)
        samples.step(project, title=f"Folge {number:02}", starts_at=begins, ends_at=begins + timedelta(days=2, hours=2))
    page = client.get(f"/vorhaben/{project.slug}/")
    assert [row["title"] for row in page.context["timeline"]] == [f"Folge {number}" for number in range(60, 68)]
    assert page.context["moments"] == {"newer_url": "?schritte=2#schritte", "older_url": ""}
    first = client.get(f"/vorhaben/{project.slug}/?schritte=0")
    assert first.context["timeline"][0]["title"] == "Folge 00"
    assert len(client.get(f"/vorhaben/{project.slug}/?schritte=999").context["timeline"]) == 8


def test_a_head_with_very_many_ways_in_shows_six_and_leads_to_the_rest(client):
    project = samples.project()
    for _number in range(8):
        samples.step(project)
    page = client.get(f"/vorhaben/{project.slug}/")
    assert len(page.context["ways_in"]) == 6
    assert 'href="#schritte"' in page.content.decode()
