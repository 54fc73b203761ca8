import time
from datetime import UTC, datetime, timedelta

import pytest

from mitwirken.core import throttle
from mitwirken.core.models import Throttle

NOON = datetime(2027, 3, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def test_the_use_after_the_limit_is_too_many():
    answers = [throttle.count("contact:x", limit=3, per=HOUR, at=NOON) for _ in range(4)]
    assert answers == [False, False, False, True]


def test_a_new_window_starts_from_zero():
    for _ in range(4):
        throttle.count("contact:x", limit=3, per=HOUR, at=NOON)
    assert not throttle.count("contact:x", limit=3, per=HOUR, at=NOON + HOUR)


def test_the_address_itself_is_not_stored(rf):
    throttle.too_many(rf.get("/", REMOTE_ADDR="198.51.100.7"), "contact", limit=3, per=HOUR)
    assert "198.51.100.7" not in Throttle.objects.get().key


def test_one_household_with_many_ipv6_addresses_is_one(rf):
    for last in range(4):
        throttle.too_many(rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{last}"), "contact", limit=3, per=HOUR)
    assert Throttle.objects.get().count == 4


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "10.0.0.1"),  # nobody vouches: the header is the visitor's own invention
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # what stands left of our proxy's entry is not believed
        (2, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
    ],
)
def test_only_our_own_proxies_are_believed(rf, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": forwarded})
    assert throttle.client_address(request) == expected


def test_an_answer_takes_its_time_whether_or_not_there_was_work(settings):
    settings.EVEN_SECONDS = 0.05
    begun = time.monotonic()
    with throttle.evenly():
        pass
    assert time.monotonic() - begun >= 0.05
