#!/usr/bin/env python
"""Counting the people of a selection while staff still choose: several rules, each against one second.

The rules use every kind of condition there is: choices, groups of them, what to leave out, a point on the map, who
was not asked lately, and at most so many (which also has to find the last of them). The aim: under one second each.
"""

import argparse
import sys
import time

import _pool

MOST = 1.0
ROUNDS = 3


def scatter() -> None:
    """A third of the members gave a point and a radius, a quarter was asked for something this year."""
    from datetime import timedelta

    from django.db import connection

    from mitwirken.core import clock

    asked = connection.ops.adapt_datetimefield_value(clock.now() - timedelta(days=40))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pool_member SET point_lat = 51.44 + (id %% 1009) / 6727.0, "
            "point_lon = 7.30 + (id %% 757) / 2523.0, radius = 500 + 500 * (id %% 2) WHERE id %% %s = 0",
            [3],
        )
        cursor.execute("UPDATE pool_member SET last_asked_at = %s WHERE id %% 4 = 0", [asked])
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE pool_member")


def rules() -> dict[str, dict]:
    from mitwirken.city.models import District, Topic

    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    districts = list(District.objects.order_by("pk").values_list("pk", flat=True))
    near = {"near": {"lat": 51.51, "lon": 7.46, "metres": 2000}}
    narrow = {"and": [{"topics": topics[:3]}, {"districts": districts[:3]}, {"ways": ["digital"]}]}
    return {
        "everybody": {"and": []},
        "topics and districts": narrow,
        "one of several": {"and": [{"or": [{"topics": topics[:2]}, {"districts": districts[:2]}]}]},
        "without some": {"and": [{"topics": topics[:6]}, {"not": {"or": [{"chose_districts": districts[:4]}]}}]},
        "near a point": {"and": [near]},
        "not asked lately": {"and": [{"districts": districts[:4]}, {"not_asked_days": 90}]},
        "everything at once": {"and": [*narrow["and"], near, {"languages": ["de"]}, {"not_asked_days": 30}]},
    }


def measure(rule: dict) -> tuple[float, float, int]:
    """Seconds to count, seconds to find the first 500 of them, and how many there are; the best of some rounds."""
    from mitwirken.core import clock
    from mitwirken.pool import selecting

    counting, picking, found, at = [], [], 0, clock.now()
    for _round in range(ROUNDS):
        begun = time.monotonic()
        found = selecting.count(rule, purpose="information", at=at)
        counting.append(time.monotonic() - begun)
        begun = time.monotonic()
        selecting.settled({"and": [rule, {"at_most": 500}]}, purpose="information", at=at, seed="bench")
        picking.append(time.monotonic() - begun)
    return min(counting), min(picking), found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--members", type=int, default=100_000)
    options = parser.parse_args()
    with _pool.installation(options.db):
        _pool.fill(options.members)
        _pool.choose(topics=12, districts=12)
        scatter()
        measured = {name: measure(rule) for name, rule in rules().items()}
    name = f"pool_selections/{options.db}/{options.members}"
    print(f"{name}: the best of {ROUNDS} rounds")
    for rule, (counting, picking, found) in measured.items():
        print(f"  {rule:22} count {counting:6.2f} s   pick 500 {picking:6.2f} s   {found:8} people")
    for rule, (counting, _picking, found) in measured.items():
        slug = rule.replace(" ", "_")
        print(_pool.line(f"{name}/{slug}", round(counting, 3), "s", "1 s", round(counting / MOST, 2), found))
    return int(max(counting for counting, _picking, _found in measured.values()) > MOST)


if __name__ == "__main__":
    sys.exit(main())
