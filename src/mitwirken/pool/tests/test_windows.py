from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from mitwirken.pool.windows import due_window

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("at", "period", "expected"),
    [
        ((2026, 11, 23, 5, 59), "weekly", None),
        ((2026, 11, 23, 6, 1), "weekly", ("2026-11-16", "2026-11-23")),
        ((2026, 11, 29, 12, 0), "weekly", ("2026-11-16", "2026-11-23")),
        ((2026, 12, 1, 7, 0), "monthly", ("2026-11-01", "2026-12-01")),
        ((2027, 1, 3, 7, 0), "monthly", ("2026-12-01", "2027-01-01")),
        ((2026, 12, 20, 7, 0), "monthly", None),
    ],
)
def test_a_digest_tells_of_the_last_finished_window(at, period, expected):
    window = due_window(period, datetime(*at, tzinfo=BERLIN), BERLIN)
    assert (window and tuple(moment.date().isoformat() for moment in window)) == expected


def test_the_week_of_the_clock_change_is_an_hour_longer():
    start, end = due_window("weekly", datetime(2026, 10, 26, 7, tzinfo=BERLIN), BERLIN)
    assert (end.timestamp() - start.timestamp()) / 3600 == 7 * 24 + 1
