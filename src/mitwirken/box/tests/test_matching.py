"""The seven tasks the assistant must solve sensibly with the real formats, and its rules one by one."""

import json
from dataclasses import replace

import pytest
from django.conf import settings

from mitwirken.box.matching import Candidate, Wish, judge, match


def some(*codes):
    return frozenset(codes)


@pytest.fixture(scope="module")
def candidates():
    entries = json.loads((settings.BASE_DIR / "content/formats.json").read_text())["formats"]
    return [
        Candidate(
            code=entry["id"],
            kind=entry["kind"],
            goals=some(*entry["goals"]),
            phases=some(*entry["phases"]),
            levels=some(*entry["levels"]),
            targets=some(*entry["target_groups"]),
            channels=some(*entry["channels"]),
            people=(entry["participants_min"], entry["participants_max"]),
            lead_weeks=(entry["lead_time_weeks_min"], entry["lead_time_weeks_max"]),
            cost=(entry["cost"]["eur_min"], entry["cost"]["eur_max"]),
            staff_days=entry["staff_days_min"],
            conflict_fit=entry["conflict_fit"],
        )
        for entry in entries
    ]


def codes(matches):
    return [found.code for found in matches]


def test_a_playground_for_25_children_in_six_weeks_is_planned_in_the_workshop_made_for_it(candidates):
    wish = Wish(
        goals=some("collect_ideas", "plan_together"),
        phase="ideate",
        level="involve",
        people=25,
        targets=some("children"),
        weeks=6,
        budget=3000,
    )
    assert codes(match(candidates, wish).formats)[:2] == ["spielraumwerkstatt", "zukunftswerkstatt"]


def test_a_hard_quarrel_about_a_street_leads_to_the_round_table_and_mediation(candidates):
    wish = Wish(goals=some("resolve_conflict"), level="collaborate", people=20, conflict="hard")
    found = match(candidates, wish)
    assert codes(found.formats) == ["runder-tisch", "mediation"]
    assert set(codes(found.building_blocks)) == {"systemisches-konsensieren", "faktenklaerung"}


def test_a_climate_plan_with_a_hundred_people_drawn_by_lot_leads_to_the_two_great_deliberations(candidates):
    wish = Wish(goals=some("deliberate", "representative_view"), level="involve", people=100, phase="plan")
    assert set(codes(match(candidates, wish).formats)[:2]) == {"planungszelle", "buergerrat-kommunal"}


def test_silent_groups_are_visited_and_the_story_cafe_is_held_six_times(candidates):
    wish = Wish(
        goals=some("reach_silent"),
        phase="initiate",
        people=150,
        targets=some("migrants", "low_income"),
        budget=8000,
    )
    found = match(candidates, wish)
    # "peer-beteiligung" is participation through people who are trusted (Vertrauenspersonen).
    assert codes(found.formats)[:3] == ["dialogmobil", "peer-beteiligung", "aktivierende-befragung"]
    assert next(entry.runs for entry in found.formats if entry.code == "erzaehlcafe") == 6


def test_a_thousand_people_online_only_draw_on_the_map_of_ideas(candidates):
    wish = Wish(goals=some("collect_ideas", "local_knowledge"), people=1000, channel="digital")
    assert codes(match(candidates, wish).formats)[0] == "ideenkarte"


def test_next_week_for_500_euros_there_is_no_format_but_two_building_blocks(candidates):
    found = match(candidates, Wish(goals=some("prioritise"), weeks=1, budget=500, people=30))
    assert found.formats == ()
    assert codes(found.building_blocks) == ["punktabfrage", "systemisches-konsensieren"]


def test_an_assembly_in_a_week_for_200_euros_is_refused_with_reasons(candidates):
    wish = Wish(goals=some("deliberate", "representative_view"), people=50, weeks=1, budget=200)
    found = match(candidates, wish)
    assert (found.formats, found.building_blocks, found.formal) == ((), (), ())
    reasons = {entry.code: entry.excluded for entry in found.narrowly}
    assert reasons["buergerrat-kommunal"] == ("lead", "cost")


ONE = Candidate(
    code="one",
    kind="event",
    goals=some("inform"),
    phases=some("plan"),
    levels=some("consult"),
    targets=some("all"),
    channels=some("analog"),
    people=(10, 30),
    lead_weeks=(4, 8),
    cost=(1000, 2000),
    staff_days=5,
    conflict_fit="avoid",
)


@pytest.mark.parametrize(
    ("wish", "excluded"),
    [
        (Wish(), ()),
        (Wish(goals=some("decide")), ("goals",)),
        (Wish(weeks=3), ("lead",)),
        (Wish(weeks=4), ()),
        (Wish(budget=999), ("cost",)),
        (Wish(staff_days=4), ("staff",)),
        (Wish(people=6), ("people",)),
        (Wish(people=7), ()),
        (Wish(people=39), ()),
        (Wish(people=240), ()),
        (Wish(people=241), ("people",)),
        (Wish(level="inform"), ("level",)),
        (Wish(level="empower"), ()),
        (Wish(conflict="low"), ()),
        (Wish(conflict="medium"), ("conflict",)),
        (Wish(channel="digital"), ("channel",)),
        (Wish(people=60, budget=1999), ("cost",)),
    ],
)
def test_a_format_is_excluded_for_these_reasons_only(wish, excluded):
    assert judge(ONE, wish).excluded == excluded


def test_a_process_is_never_repeated():
    assert judge(replace(ONE, kind="process"), Wish(people=60)).excluded == ("people",)


def test_only_answered_questions_count():
    assert judge(ONE, Wish(goals=some("inform"))).points == 100


def test_a_format_made_for_a_group_beats_one_for_everybody():
    special, broad, anyone = (
        replace(ONE, targets=targets)
        for targets in (some("youth"), some("youth", "children", "families", "seniors"), some("all"))
    )
    points = [judge(candidate, Wish(targets=some("youth"))).points for candidate in (special, broad, anyone)]
    assert points == [100, 80, 50]


def test_a_broad_format_that_reaches_every_wanted_group_needs_no_warning():
    broad = replace(ONE, targets=some("youth", "children", "families", "seniors"))
    assert judge(broad, Wish(targets=some("youth"))).because == ("targets",)
    assert judge(broad, Wish(targets=some("youth", "disability"))).mind == ("targets",)


def test_ties_go_to_less_staff_then_to_the_code():
    twins = [replace(ONE, code="b"), replace(ONE, code="a"), replace(ONE, code="c", staff_days=1)]
    assert codes(match(twins, Wish()).formats) == ["c", "a", "b"]
