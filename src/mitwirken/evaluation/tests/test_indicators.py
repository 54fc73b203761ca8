"""The arithmetic of the framework: its worked example, and what must hold for every table."""

import random

import pytest

from mitwirken.evaluation import indicators


def test_the_worked_example_of_the_framework_comes_out():
    # 36 of 48 people: mean 4.1, 28 answers of 4 or 5.
    low, high = indicators.wilson(28, 36)
    assert (
        round(indicators.scaled(4.1), 1),
        round(indicators.rate(28, 36)),
        round(low),
        round(high),
        indicators.response_rate(36, 48),
    ) == (77.5, 78, 62, 88, 75.0)


@pytest.mark.parametrize(("mean", "value"), [(1, 0), (3, 50), (5, 100)])
def test_the_scale_runs_from_0_to_100(mean, value):
    assert indicators.scaled(mean) == value


@pytest.mark.parametrize("n", [1, 9, 10, 37, 400])
def test_the_range_of_a_share_holds_the_share_and_stays_between_0_and_100(n):
    for hits in range(n + 1):
        low, high = indicators.wilson(hits, n)
        assert 0 <= low <= hits / n * 100 + 1e-9
        assert hits / n * 100 - 1e-9 <= high <= 100


def test_more_answers_make_the_range_narrower():
    widths = [high - low for low, high in (indicators.wilson(n // 2, n) for n in (10, 40, 160))]
    assert widths == sorted(widths, reverse=True)


def test_an_impossible_share_is_refused():
    with pytest.raises(ValueError, match="share"):
        indicators.wilson(3, 2)


@pytest.mark.parametrize(
    ("answers", "n", "suppressed"),
    [
        ([], 0, True),
        ([5] * 9, 9, True),
        ([5] * 9 + [None], 9, True),  # "I do not know" does not lift a sentence over the threshold
        ([5] * 10, 10, False),
        ([1] * 10 + [None] * 30, 10, False),
    ],
)
def test_a_sentence_speaks_from_ten_answers_on(answers, n, suppressed):
    found = indicators.result(answers)
    assert (found.n, found.suppressed) == (n, suppressed)


def test_a_silent_sentence_says_nothing_but_its_n():
    found = indicators.result([1, 5, 5])
    assert (found.value, found.share, found.low, found.high, found.unknown, found.counts) == (None,) * 6


def test_a_sentence_says_value_share_unknown_and_counts():
    found = indicators.result([1] * 2 + [3] * 3 + [5] * 7 + [None] * 4)
    assert (round(found.value, 1), round(found.share, 1), found.unknown, found.counts) == (
        70.8,
        58.3,
        25.0,
        (2, 3, 7),
    )


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ({"a": 20, "b": 30}, {"a": 20, "b": 30}),
        ({"a": 20, "b": 3}, {"a": None, "b": None}),
        ({"a": 20, "b": 30, "c": 3}, {"a": None, "b": 30, "c": None}),
        ({"a": 20, "b": 4, "c": 3}, {"a": 20, "b": None, "c": None}),
        ({"a": 20, "b": 0}, {"a": 20, "b": 0}),
        ({"a": 10, "b": 9, "c": 0}, {"a": None, "b": None, "c": 0}),
    ],
)
def test_small_cells_are_hidden_and_so_is_what_gives_them_away(cells, shown):
    assert indicators.suppress(cells) == shown


def test_no_table_lets_a_small_cell_be_worked_out_from_its_sum():
    dice = random.Random(7)  # noqa: S311 a table to try, not a secret
    for _round in range(500):
        cells = {key: dice.choice([0, 1, 5, 9, 10, 11, 40]) for key in range(dice.randint(2, 6))}
        shown = indicators.suppress(cells)
        hidden = [key for key, count in shown.items() if count is None]
        assert all(shown[key] is None for key, count in cells.items() if 0 < count < 10)
        # Sum minus rest names a cell only when it is the only hidden one.
        assert len(hidden) != 1 or all(count == 0 for key, count in cells.items() if key not in hidden)


def test_more_sheets_than_people_make_no_response_rate():
    assert indicators.response_rate(50, 48) is None


@pytest.mark.parametrize(("response", "yes"), [(None, False), (29.9, False), (30.0, True), (75.0, True)])
def test_results_are_generalised_from_thirty_percent_on(response, yes):
    assert indicators.may_be_generalised(response) is yes


def test_the_median_of_nothing_is_nothing():
    assert (indicators.median([]), indicators.median([3, 1, 8])) == (None, 3.0)


def test_a_rate_of_nothing_is_nothing():
    assert (indicators.rate(0, 0), indicators.per_thousand(5, 0)) == (None, None)
