"""Made-up lists and campaigns for tests and the demo."""

import io
from datetime import datetime, timedelta
from typing import Any

from mitwirken.city.models import Department

from ..models import Campaign
from . import actions, work
from .models import ImportRun, Mode

HEADING = "E-Mail;Name;Straße;PLZ;Ort;Themen;Stadtbezirke;Sprache;Häufigkeit;Einwilligung am;Quelle;Aktenzeichen"
WORDS = "Ich möchte Post der Stadt zu Beteiligungen bekommen und kann das jederzeit widerrufen."


def row(number: int = 1, **cells: str) -> str:
    """One row in the order of HEADING; every cell can be given by its place in the test's words."""
    values = {
        "email": f"liste{number}@beispiel.example", "name": "", "street": "", "postcode": "", "town": "",
        "topics": "", "districts": "", "lang": "Deutsch", "frequency": "wöchentlich",
        "date": "14.03.2025", "source": "Bogen beim Stadtteilfest", "reference": f"12-3/2025 Blatt {number}",
    } | cells  # fmt: skip
    return ";".join(values.values())


def table(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([HEADING, *rows, ""]).encode(encoding)


def uploaded(content: bytes, *, at: datetime, **fields: Any) -> ImportRun:
    """A list that was uploaded; nothing has been looked at."""
    values = {"label": "Bögen vom Stadtteilfest", "mode": Mode.PROVEN, "words": WORDS, "by": None} | fields
    return actions.upload(io.BytesIO(content), at=at, **values)


def work_off(run: ImportRun, *, at: datetime) -> ImportRun:
    """Everything there is to do for a worker now."""
    while run.is_working and work.advance(run, at=at):
        pass
    return run


def demo(at: datetime) -> None:
    """A flyer in use and one that is over; a list after its trial run, so that the page has something to show."""
    if Campaign.objects.exists() or not (department := Department.objects.first()):
        return
    for code, label, active in (
        ("stadtfest", "Flyer beim Stadtfest", True),
        ("buergerbuero", "Aushang in den Bürgerbüros", False),
    ):
        Campaign.objects.create(
            code=code, label=label, department=department, created_at=at - timedelta(days=60), active=active
        )
    rows = [row(number) for number in range(1, 21)]
    rows[4] = row(5, date="31.02.2025")
    rows[11] = row(12, reference="")
    run = uploaded(table(*rows), at=at, label="Bögen vom Stadtfest (Beispiel)")
    actions.look(run, run.columns, by=None)
    run.refresh_from_db()
    work_off(run, at=at)
