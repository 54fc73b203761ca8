"""A step closes: people are asked once, each sheet counts once, the numbers reach the format."""

from datetime import timedelta

import pytest
from django.apps import apps

from mitwirken.accounts import samples as account_samples
from mitwirken.box.models import Evidence, Format
from mitwirken.core import clock
from mitwirken.core.models import AuditEntry, Letter
from mitwirken.evaluation import actions, errors, samples
from mitwirken.evaluation.models import OPEN_FOR, IndicatorValue, Run, Sheet, Ticket
from mitwirken.portal import samples as portal_samples
from mitwirken.portal.models import Answer, AuthorContact, Standing, StepState, Support

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def author(step, email, **fields):
    contribution = portal_samples.contribution(step, **fields)
    AuthorContact.objects.create(contribution=contribution, email=email)
    return contribution


def value(step, code):
    return IndicatorValue.objects.get(step=step, code=code)


@pytest.mark.parametrize(
    ("change", "opens"),
    [
        ({}, True),
        ({"ends_at": clock.now() + DAY}, False),
        ({"ends_at": None}, False),
        ({"state": StepState.DRAFT}, False),
        ({"state": StepState.WITHDRAWN}, False),
    ],
)
def test_a_run_opens_for_a_closed_published_step_only(change, opens):
    step = samples.closed_step(**change)
    actions.open_due(at=clock.now())
    assert Run.objects.filter(step=step).exists() is opens


def test_an_archived_offer_gets_no_run():
    samples.closed_step(project_page=portal_samples.project(is_archive=True))
    assert actions.open_due(at=clock.now()) == []


def test_a_run_opens_once_and_freezes_the_six_sentences():
    step = samples.closed_step()
    actions.open_due(at=clock.now())
    assert actions.open_due(at=clock.now()) == []
    run = Run.objects.get(step=step)
    assert [question["code"] for question in run.questions] == ["S1", "S2", "S3", "S4", "S5", "S6"]
    assert run.closes_at == step.ends_at + OPEN_FOR


def test_each_address_is_written_to_once_per_step():
    step = samples.closed_step()
    author(step, "a@beispiel.example")
    author(step, "A@beispiel.example")
    author(step, "b@beispiel.example")
    samples.run(step)
    written = actions.invite(at=clock.now()) + actions.invite(at=clock.now())
    assert (written, Letter.objects.count(), Ticket.objects.count()) == (2, 2, 2)


def test_nobody_is_written_to_about_a_form_that_is_over():
    step = samples.closed_step(ends_at=clock.now() - OPEN_FOR - DAY, starts_at=clock.now() - 60 * DAY)
    author(step, "a@beispiel.example")
    samples.run(step)
    assert actions.invite(at=clock.now()) == 0


def test_authors_of_hidden_contributions_are_not_written_to():
    step = samples.closed_step()
    author(step, "a@beispiel.example", moderation="hidden")
    samples.run(step)
    assert actions.invite(at=clock.now()) == 0


def test_a_sheet_keeps_nothing_about_the_person():
    sheet = actions.fill(samples.run(), {"S1": 5}, at=clock.now(), form_key="k")
    assert {field.name for field in sheet._meta.fields} == {"id", "run", "way", "answers", "given_on"}


def test_the_same_form_sent_twice_makes_one_sheet():
    run = samples.run()
    actions.fill(run, {"S1": 5}, at=clock.now(), form_key="k")
    with pytest.raises(errors.AlreadyFilled):
        actions.fill(run, {"S1": 1}, at=clock.now(), form_key="k")
    assert Sheet.objects.get().answers == {"S1": 5}


def test_a_closed_run_takes_no_sheet():
    run = samples.run()
    with pytest.raises(errors.Closed):
        actions.fill(run, {"S1": 5}, at=run.closes_at, form_key="k")


def test_an_empty_sheet_is_refused_and_its_form_can_be_sent_again():
    run = samples.run()
    with pytest.raises(errors.Empty):
        actions.fill(run, {}, at=clock.now(), form_key="k")
    actions.fill(run, {"S1": None}, at=clock.now(), form_key="k")
    assert Sheet.objects.get().answers == {"S1": None}


def test_an_answer_to_a_question_that_was_not_asked_is_dropped():
    sheet = actions.fill(samples.run(), {"S1": 5, "S9": 1}, at=clock.now(), form_key="k")
    assert sheet.answers == {"S1": 5}


def test_paper_counts_like_online():
    online, paper = samples.run(), samples.run()
    clerk = account_samples.user()
    for number in range(10):
        marks = {"S1": 5 if number < 6 else 1}
        actions.fill(online, marks, at=clock.now(), form_key=f"o{number}")
        actions.enter_paper(paper, marks, at=clock.now(), form_key=f"p{number}", by=clerk)
    actions.measure_due(at=clock.now())
    first, second = value(online.step, "S1"), value(paper.step, "S1")
    assert (
        (first.value, first.n, first.detail)
        == (second.value, second.n, second.detail)
        == (
            60.0,
            10,
            first.detail,
        )
    )


def test_paper_may_arrive_after_the_form_closed_but_not_for_ever():
    run, clerk = samples.run(), account_samples.user()
    actions.enter_paper(run, {"S1": 5}, at=run.closes_at + DAY, form_key="k", by=clerk)
    with pytest.raises(errors.Closed):
        actions.enter_paper(run, {"S1": 5}, at=run.closes_at + 15 * DAY, form_key="l", by=clerk)


def test_nothing_is_published_below_ten_sheets():
    run = samples.run()
    samples.sheets(run, 9)
    actions.measure_due(at=clock.now())
    assert not IndicatorValue.objects.filter(step=run.step, code__startswith="S").exists()


def test_ten_sheets_with_nine_answers_keep_that_sentence_silent():
    run = samples.run()
    for number in range(10):
        samples.sheet(run, answers={"S1": 5, "S2": 5 if number else None})
    actions.measure(run, at=clock.now())
    assert (value(run.step, "S1").suppressed, value(run.step, "S2").suppressed) == (False, True)
    assert (value(run.step, "S2").n, value(run.step, "S2").detail) == (0, {})


def test_results_move_in_blocks_so_that_no_single_sheet_shows():
    run = samples.run()
    samples.sheets(run, 10)
    actions.measure(run, at=clock.now())
    samples.sheets(run, 4)
    actions.measure(run, at=clock.now())
    before = value(run.step, "FORM").n
    samples.sheets(run, 1)
    actions.measure(run, at=clock.now())
    assert (before, value(run.step, "FORM").n) == (10, 15)


def test_the_last_sheets_count_when_the_form_closes():
    run = samples.run()
    samples.sheets(run, 12)
    actions.measure(run, at=clock.now())
    samples.sheets(run, 1)
    actions.measure(run, at=run.closes_at + DAY)
    assert value(run.step, "FORM").n == 13


def test_answers_decisions_and_their_reasons_become_numbers():
    step = samples.closed_step(answer_until=clock.today())
    now = clock.now()
    for standing, answered in [
        (Standing.ACCEPTED, True),
        (Standing.REALISED, True),
        (Standing.DECLINED, True),
        (Standing.DECLINED, False),
        (Standing.RECEIVED, False),
    ]:
        found = portal_samples.contribution(step, standing=standing, created_at=now - 10 * DAY)
        if answered:
            Answer.objects.create(
                contribution=found, text="Weil …", department=step.project.department, answered_at=now
            )
    portal_samples.contribution(step, moderation="hidden")
    actions.measure(samples.run(step), at=now)
    codes = ["W3", "W4", "W5", "W6", "W7"]
    assert {code: value(step, code).value for code in codes} == {
        "W3": 60.0,
        "W4": 10.0,
        "W5": 50.0,
        "W6": 50.0,
        "W7": 50.0,
    }


def test_participants_are_estimated_from_contacts_and_devices():
    step = samples.closed_step()
    one = author(step, "a@beispiel.example")
    author(step, "A@beispiel.example")
    portal_samples.contribution(step)
    for key in ("x", "y"):
        Support.objects.create(contribution=one, device_key=key, created_at=clock.now())
    actions.measure(samples.run(step), at=clock.now())
    found = value(step, "R2")
    assert (found.value, found.detail["contributors"], found.detail["supporters"]) == (4, 2, 2)


def test_the_format_learns_from_its_step_and_measuring_twice_changes_nothing():
    form = Format.objects.create(code="ideenkarte", name="Ideenkarte", summary="Ideen auf der Karte.")
    run = samples.run(samples.closed_step(format=form))
    samples.sheets(run, 20)
    actions.measure(run, at=clock.now())
    evidence, trace = Evidence.objects.count(), AuditEntry.objects.count()
    assert actions.measure(run, at=clock.now()) == []
    assert (Evidence.objects.count(), AuditEntry.objects.count()) == (evidence, trace)
    assert set(Evidence.objects.values_list("indicator", flat=True)) == {"Q1", "Q3", "L1", "W1", "Z2"}
    assert min(Evidence.objects.values_list("n", flat=True)) >= 10


def test_the_format_learns_nothing_from_nine_sheets():
    form = Format.objects.create(code="ideenkarte", name="Ideenkarte", summary="Ideen auf der Karte.")
    run = samples.run(samples.closed_step(format=form))
    samples.sheets(run, 9)
    actions.measure(run, at=clock.now())
    assert not Evidence.objects.exists()


def test_codes_go_when_the_form_is_over_and_sheets_a_year_later_but_the_sums_stay():
    run = samples.run()
    samples.sheets(run, 12)
    Ticket.objects.create(run=run, digest="d")
    late = run.closes_at + 400 * DAY
    actions.measure(run, at=late)
    assert actions.forget_old_sheets(at=late) == 12
    actions.measure(Run.objects.get(pk=run.pk), at=late + DAY)
    assert not Ticket.objects.exists()
    assert value(run.step, "FORM").n == 12


def test_the_demo_shows_enough_sheets_for_some_steps_and_too_few_for_one():
    for days in (2, 40, 90):
        samples.closed_step(ends_at=clock.now() - days * DAY, starts_at=clock.now() - 120 * DAY)
    samples.demo_runs(clock.now())
    samples.demo_runs(clock.now())
    assert sorted(run.sheets.count() for run in Run.objects.all()) == [7, 14, 14]


@pytest.mark.parametrize(("accepted", "reach"), [(9, None), (12, 12)])
def test_reach_counts_letters_of_the_pool_that_arrived_but_never_a_few(accepted, reach):
    step = samples.closed_step()
    Dispatch = apps.get_model("pool", "Dispatch")
    Dispatch.objects.create(
        kind="step", mail_class="bulk", step=step, created_at=clock.now(), counters={"2": accepted, "5": 40}
    )
    actions.measure(samples.run(step), at=clock.now())
    found = IndicatorValue.objects.filter(step=step, code="R1").first()
    assert (found and found.value) == reach


def test_the_form_follows_a_step_that_is_prolonged():
    run = samples.run()
    run.step.ends_at = clock.now() + 5 * DAY
    run.step.save()
    actions.measure(run, at=clock.now())
    found = Run.objects.get(pk=run.pk)
    assert not found.is_open(at=clock.now())
    assert found.is_open(at=run.step.ends_at + DAY)
