"""Tables that leave the import: what is wrong with which row, and an example to fill in."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from . import problems
from .models import ImportRun


def named_rows(run: ImportRun) -> Iterator[dict[str, Any]]:
    """Each row that needs a look: its line in the file and the reason, never an address."""
    rows = run.lines.named().values_list("line", "outcome", "problem", "detail")
    for line, _outcome, problem, detail in rows.iterator(chunk_size=2000):
        yield {_("Line"): line, _("Reason"): problems.sentence(problem, detail)}


def example_rows() -> Iterator[dict[str, Any]]:
    """One person with an e-mail address, one who gets letters; both plainly made up."""
    yield {
        "E-Mail": "erika@beispiel.example",
        "Name": "",
        "Straße": "",
        "PLZ": "",
        "Ort": "",
        "Themen": "Mobilität, Kultur",
        "Stadtbezirke": "",
        "Sprache": "Deutsch",
        "Häufigkeit": "wöchentlich",
        "Einwilligung am": "14.03.2025",
        "Einwilligung Quelle": "Bogen beim Stadtteilfest",
        "Aktenzeichen": "12-3/2025 Blatt 7",
    }
    yield {
        "E-Mail": "",
        "Name": "Max Muster",
        "Straße": "Beispielweg 5",
        "PLZ": "12345",
        "Ort": "Musterstadt",
        "Themen": "alle",
        "Stadtbezirke": "alle",
        "Sprache": "Deutsch",
        "Häufigkeit": "monatlich",
        "Einwilligung am": "02.11.2024",
        "Einwilligung Quelle": "Brief",
        "Aktenzeichen": "12-3/2024 Blatt 81",
    }
