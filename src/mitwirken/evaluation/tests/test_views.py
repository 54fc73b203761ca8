"""The form for those who took part, the results for everybody, the desk for paper sheets."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from mitwirken.core import clock, mail
from mitwirken.core.models import Letter
from mitwirken.evaluation import actions, samples
from mitwirken.evaluation.models import Run, Sheet
from mitwirken.portal import samples as portal_samples
from mitwirken.portal.models import Answer, AuthorContact, Measure

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def address(run, name="form"):
    return reverse(f"evaluation:{name}", args=[run.step_id])


def key_in(response):
    return re.search(r'name="form_key" value="([^"]+)"', response.content.decode())[1]


def personal_link(run, email="a@beispiel.example"):
    contribution = portal_samples.contribution(run.step)
    AuthorContact.objects.create(contribution=contribution, email=email)
    actions.invite(at=clock.now())
    return re.search(r"https?://[^/]+(/\S+)", Letter.objects.get(to_address=email).text)[1]


def closed(run):
    Run.objects.filter(pk=run.pk).update(closes_at=clock.now() - DAY)
    return run


def test_a_filled_form_is_thanked_for_and_kept(client):
    run = samples.run()
    key = key_in(client.get(address(run)))
    response = client.post(address(run), {"S1": "5", "S2": "unknown", "form_key": key})
    assert response.headers["Location"] == address(run, "thanks")
    assert Sheet.objects.get().answers == {"S1": 5, "S2": None}


def test_the_form_sets_no_cookie_on_any_of_its_pages(client):
    run = samples.run()
    key = key_in(client.get(address(run)))
    client.post(address(run), {"S1": "5", "form_key": key}, follow=True)
    assert not client.cookies


def test_the_form_is_never_kept_by_a_cache(client):
    assert "no-store" in client.get(address(samples.run())).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({}, 400, "noch keine Antwort"),
        ({"S1": "4"}, 400, "S1"),
        ({"S1": "5", "form_key": "made up"}, 400, "lange offen"),
        ({"S1": "5\x00"}, 400, "S1"),
    ],
)
def test_a_wrong_form_gets_a_sentence_and_stores_nothing(client, typed, status, sentence):
    run = samples.run()
    key = key_in(client.get(address(run)))
    response = client.post(address(run), {"form_key": key} | typed)
    assert (response.status_code, Sheet.objects.count()) == (status, 0)
    assert sentence in response.content.decode()


def test_what_was_marked_is_kept_when_the_form_was_open_too_long(client):
    run = samples.run()
    response = client.post(address(run), {"S1": "5", "form_key": "old"})
    client.post(address(run), {"S1": "5", "form_key": key_in(response)})
    assert "checked" in response.content.decode()
    assert Sheet.objects.count() == 1


def test_the_same_form_sent_twice_is_counted_once_and_says_so(client):
    run = samples.run()
    typed = {"S1": "5", "form_key": key_in(client.get(address(run)))}
    client.post(address(run), typed)
    response = client.post(address(run), typed)
    assert (response.status_code, Sheet.objects.count()) == (409, 1)


def test_a_robot_is_thanked_and_forgotten(client):
    run = samples.run()
    key = key_in(client.get(address(run)))
    response = client.post(address(run), {"S1": "5", "website": "x", "form_key": key})
    assert (response.status_code, Sheet.objects.count()) == (302, 0)


def test_a_personal_link_works_once(client):
    run = samples.run()
    link = personal_link(run)
    client.post(link, {"S1": "5", "form_key": key_in(client.get(link))})
    assert Sheet.objects.get().way == "link"
    assert "schon" in client.get(link).content.decode()
    assert b"form_key" not in client.get(link).content


def test_two_people_cannot_use_one_link_at_the_same_time(client):
    run = samples.run()
    link = personal_link(run)
    keys = [key_in(client.get(link)) for _ in range(2)]
    statuses = [client.post(link, {"S1": "5", "form_key": key}).status_code for key in keys]
    assert (statuses, Sheet.objects.count()) == ([302, 409], 1)


def test_a_broken_link_leads_to_the_open_form(client):
    run = samples.run()
    response = client.get(reverse("evaluation:personal", args=[run.step_id, "abc"]))
    assert response.status_code == 404
    assert address(run) in response.content.decode()


def test_a_link_of_another_form_is_not_taken(client):
    first, second = samples.run(), samples.run()
    code = personal_link(first).rstrip("/").rsplit("/", 1)[1]
    link = reverse("evaluation:personal", args=[second.step_id, code])
    assert client.post(link, {"S1": "5"}).status_code == 404


def test_the_code_itself_is_nowhere_in_the_evaluation(client):
    run = samples.run()
    code = personal_link(run).rstrip("/").rsplit("/", 1)[1]
    assert run.tickets.get().digest == mail.keyed(f"ticket:{code}") != code


def test_a_closed_form_says_so_and_leads_to_the_results(client):
    run = closed(samples.run())
    response = client.get(address(run))
    assert address(run, "results") in response.content.decode()
    assert client.post(address(run), {"S1": "5"}).status_code == 409
    assert not Sheet.objects.exists()


def test_too_many_forms_from_one_place_are_slowed_down(client, monkeypatch):
    run = samples.run()
    key = key_in(client.get(address(run)))
    monkeypatch.setattr("mitwirken.core.throttle.count", lambda *args, **kwargs: True)
    response = client.post(address(run), {"S1": "5", "form_key": key})
    assert (response.status_code, Sheet.objects.count()) == (429, 0)


def test_the_paper_form_has_all_sentences_and_a_code_without_another_address(client):
    run = samples.run()
    page = client.get(address(run, "paper")).content.decode()
    assert all(question["text"] in page for question in run.questions)
    assert 'src="data:image/svg+xml' in page


@pytest.mark.parametrize("name", ["form", "thanks", "paper", "results"])
def test_a_withdrawn_step_shows_nothing(client, name):
    run = samples.run()
    run.step.state = "withdrawn"
    run.step.save()
    assert client.get(address(run, name)).status_code == 404


def test_results_below_ten_sheets_stay_silent(client):
    run = samples.run()
    samples.sheets(run, 9)
    actions.measure(run, at=clock.now())
    assert "Noch nicht genug" in client.get(address(run, "results")).content.decode()


def test_results_say_n_the_range_and_not_to_generalise(client):
    step = samples.closed_step()
    for _ in range(60):
        portal_samples.contribution(step)
    run = samples.run(step)
    samples.sheets(run, 15)
    actions.measure(run, at=clock.now())
    page = client.get(address(run, "results")).content.decode()
    assert "n = 15" in page
    assert "Nicht verallgemeinern" in page


def test_good_response_needs_no_warning(client):
    step = samples.closed_step()
    for _ in range(20):
        portal_samples.contribution(step)
    run = samples.run(step)
    samples.sheets(run, 15)
    actions.measure(run, at=clock.now())
    assert "Nicht verallgemeinern" not in client.get(address(run, "results")).content.decode()


@pytest.mark.parametrize("query", ["", "?vor=x", "?vor=%00", "?vor=99999999999999999999", "?vor=-1", "?vor="])
def test_the_impact_page_bears_any_query(client, query):
    samples.run()
    assert client.get(reverse("evaluation:impact") + query).status_code == 200


def test_the_impact_page_asks_as_many_queries_for_many_steps_as_for_one(client, django_assert_max_num_queries):
    project = portal_samples.project()
    Measure.objects.create(project=project, title="Zwölf neue Bänke", progress="done")
    for _ in range(14):
        samples.sheets(samples.run(samples.closed_step(project_page=project)), 12)
    actions.measure_due(at=clock.now())
    client.get(reverse("evaluation:impact"))
    with django_assert_max_num_queries(12):
        client.get(reverse("evaluation:impact"))


def test_the_results_page_asks_at_most_twelve_queries(client, django_assert_max_num_queries):
    run = samples.run()
    samples.sheets(run, 12)
    actions.measure_due(at=clock.now())
    client.get(address(run, "results"))
    with django_assert_max_num_queries(12):
        client.get(address(run, "results"))


def test_finished_steps_page_on_without_losing_or_repeating_one(client):
    project = portal_samples.project()
    steps = [
        samples.closed_step(project_page=project, ends_at=clock.now() - number // 2 * DAY - DAY) for number in range(15)
    ]
    for step in steps:
        samples.run(step)
    seen, page = [], reverse("evaluation:impact")
    while page:
        html = client.get(page).content.decode()
        seen += re.findall(r'<a href="/wirkung/(\d+)/"', html)
        following = re.search(r'href="(\?vor=\d+)"', html)
        page = following and reverse("evaluation:impact") + following[1]
    assert sorted(map(int, seen)) == sorted(step.pk for step in steps)


def test_refusals_are_never_shown_without_their_reasons(client):
    run = samples.run()
    portal_samples.contribution(run.step, standing="accepted")
    portal_samples.contribution(run.step, standing="declined")
    actions.measure(run, at=clock.now())
    for page in (reverse("evaluation:impact"), address(run, "results")):
        html = client.get(page).content.decode()
        assert ("übernommen" in html, "Ablehnungen mit Begründung" in html) == (True, True)


def test_the_answered_share_is_about_finished_steps_and_done_measures_come_first(client):
    project = portal_samples.project()
    portal_samples.contribution(portal_samples.step(project))
    answered = portal_samples.contribution(samples.closed_step(project_page=project))
    Answer.objects.create(contribution=answered, text="Gern.", department=project.department, answered_at=clock.now())
    for progress in ("planned", "done", "underway"):
        Measure.objects.create(project=project, title=f"Maßnahme {progress}", progress=progress)
    context = client.get(reverse("evaluation:impact")).context
    assert (context["totals"]["handed_in"], context["totals"]["answered_share"]) == (2, 100)
    assert [measure.progress for measure in context["measures"]] == ["done", "underway", "planned"]


def test_the_numbers_can_be_taken_away_and_no_cell_starts_a_formula(client):
    run = samples.run()
    run.questions[0]["text"] = "=cmd"
    run.save()
    samples.sheets(run, 12)
    actions.measure(run, at=clock.now())
    table = b"".join(client.get(address(run, "numbers"))).decode()
    assert "'=cmd" in table


def test_a_step_that_was_opened_again_is_no_finished_step(client):
    run = samples.run()
    run.step.ends_at = None
    run.step.save()
    page = client.get(reverse("evaluation:impact") + f"?vor={run.pk}")
    assert (page.status_code, page.context["runs"]) == (200, [])
    assert client.get(reverse("evaluation:impact")).context["runs"] == []


@pytest.mark.parametrize("name", ["form", "thanks", "paper", "results", "numbers"])
def test_a_number_no_database_holds_is_no_step(client, name):
    assert client.get(reverse(f"evaluation:{name}", args=[10**30])).status_code == 404
