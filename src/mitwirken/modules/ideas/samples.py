"""Believable ideas with places, supporters, comments and answers; the same for the same seed."""

import json
import random
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction

from mitwirken.city.models import District
from mitwirken.core import audit, clock
from mitwirken.portal import samples as portal_samples
from mitwirken.portal.models import Answer, Channel, Comment, Contribution, Step, Support, Trust

from .models import Category, Idea


@lru_cache(maxsize=1)
def texts() -> dict[str, list]:
    return json.loads((Path(__file__).parent / "samples.json").read_text())


def idea(step: Step | None = None, *, category: Category | None = None, **fields: Any) -> Contribution:
    """One idea; `fields` are those of the contribution."""
    contribution = portal_samples.contribution(step, **fields)
    Idea.objects.create(contribution=contribution, category=category)
    return contribution


@transaction.atomic
def fill(
    step: Step,
    *,
    ideas: int = 42,
    comments: int = 60,
    supports: int = 150,
    answers: int = 0,
    seed: int = 2027,
    at: datetime | None = None,
    own: list[list[Any]] | None = None,
) -> None:
    """Fill `step` with ideas, spread over its time so far; titles repeat with a number beyond 42.

    `own` replaces the ideas of `samples.json`: rows of number of the step's category, title, text.
    """
    chance = random.Random(seed)
    until = min(at or clock.now(), step.ends_at or (at or clock.now()))
    if not step.settings.get("categories"):
        step.settings = step.settings | {"categories": texts()["categories"]}
        step.save(update_fields=["settings"])
    names = step.settings["categories"]
    categories = [Category.objects.get_or_create(step=step, name=name)[0] for name in names]
    rows, kinds = _ideas(step, ideas, chance, until, own or texts()["ideas"])
    # A receipt and a moment per row; one INSERT for all of them.
    rows = Contribution.objects.bulk_create(rows, batch_size=500)
    Idea.objects.bulk_create(
        [Idea(contribution=row, category=categories[kind]) for row, kind in zip(rows, kinds, strict=True)],
        batch_size=500,
    )
    _voices(rows, comments, supports, chance, until)
    _answers(step, rows[:answers], chance, until)
    audit.record(step, "ideas.sample", by=None, ideas=ideas)


def _ideas(
    step: Step, number: int, chance: random.Random, until: datetime, templates: list[list[Any]]
) -> tuple[list[Contribution], list[int]]:
    chosen = list(step.districts.all()) or list(District.objects.all())
    order = chance.sample(range(len(templates)), len(templates))
    rows, kinds = [], []
    for at in range(number):
        kind, title, text = templates[order[at % len(order)]]
        again = at // len(order)
        district = chance.choice(chosen) if chosen and chance.random() < 0.85 else None
        lat, lon = _point(district, chance)
        channel = chance.choices(list(Channel), weights=[80, 12, 5, 3])[0]
        rows.append(
            Contribution(
                step=step,
                title=f"{title} ({again + 1})" if again else title,
                text=text,
                author_name=chance.choice(texts()["names"]),
                channel=channel,
                trust=Trust.OPEN if channel == Channel.ONLINE else Trust.STAFF,
                district=district,
                place=chance.choice(texts()["places"]),
                lat=lat,
                lon=lon,
                created_at=_moment(step.starts_at, until, chance),
            )
        )
        kinds.append(kind)
    return rows, kinds


def _point(district: District | None, chance: random.Random) -> tuple[float | None, float | None]:
    """A point near the centre of the district, for seven of ten ideas."""
    if district is None or chance.random() > 0.7:
        return None, None
    return district.lat + chance.gauss(0, 0.008), district.lon + chance.gauss(0, 0.012)


def _moment(start: datetime, end: datetime, chance: random.Random) -> datetime:
    span = max((end - start) / timedelta(seconds=1), 1.0)
    return start + timedelta(seconds=chance.random() * span)


def _voices(rows: list[Contribution], comments: int, supports: int, chance: random.Random, until: datetime) -> None:
    """Comments and supports, more for some ideas than for others, with the counters that belong to them."""
    if not rows:
        return
    weights = [1 / (rank + 3) for rank in range(len(rows))]
    remarks = [
        Comment(
            contribution=row,
            text=chance.choice(texts()["comments"]),
            author_name=chance.choice(texts()["names"]),
            created_at=_moment(row.created_at, until, chance),
        )
        for row in chance.choices(rows, weights, k=comments)
    ]
    hands = [
        Support(
            contribution=row,
            device_key=f"sample-{row.pk}-{number}",
            created_at=_moment(row.created_at, until, chance),
        )
        for number, row in enumerate(chance.choices(rows, weights, k=supports))
    ]
    Comment.objects.bulk_create(remarks, batch_size=500)
    Support.objects.bulk_create(hands, batch_size=500)
    for row in rows:
        row.comment_count = row.support_count = 0
    for remark in remarks:
        remark.contribution.comment_count += 1
    for hand in hands:
        hand.contribution.support_count += 1
    Contribution.objects.bulk_update(rows, ["comment_count", "support_count"], batch_size=300)


def _answers(step: Step, rows: list[Contribution], chance: random.Random, until: datetime) -> None:
    if not rows:
        return
    department = step.project.department
    answers = []
    for row in rows:
        row.standing, text = chance.choice(texts()["answers"])
        answers.append(Answer(contribution=row, text=text, department=department, answered_at=until))
    Answer.objects.bulk_create(answers)
    Contribution.objects.bulk_update(rows, ["standing"])
