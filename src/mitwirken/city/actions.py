"""What happens to the city's data: it is loaded, and official files make it exact."""

import csv
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from mitwirken.core.audit import record

from . import boundaries, streets
from .errors import ImportRefused
from .models import CitySettings, Department, District, Street, Topic

STREET_COLUMNS = ("strasse", "hausnummer_von", "hausnummer_bis", "seite", "plz", "stadtbezirk")
SIDES = {"": "", "gerade": "even", "ungerade": "odd", "alle": ""}
MAX_REASONS = 20


@dataclass
class BoundaryReport:
    """What a boundary file did, or would do."""

    matched: list[str] = field(default_factory=list)
    unmatched_features: list[str] = field(default_factory=list)
    districts_without: list[str] = field(default_factory=list)
    points_before: int = 0
    points_after: int = 0


def slug_for(name: str) -> str:
    """The address of a German name: umlauts are written out, as people expect (``Hörde`` is ``hoerde``)."""
    for umlaut, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.lower().replace(umlaut, written)
    return slugify(name)


@transaction.atomic
def load_city(content_dir: Path, *, by: AbstractBaseUser | None = None) -> CitySettings:
    """Bring departments, districts, topics and the city's words into the database; run it as often as you like.

    Names and structure follow the content folder; what staff changed by hand (contact data, settings) stays.
    """
    data = json.loads((content_dir / "city.json").read_text(encoding="utf-8"))
    Department.objects.bulk_create(
        [Department(**row) for row in data["departments"]],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=["name", "short_name", "aliases", "is_coordination"],
    )
    Topic.objects.bulk_create(
        [Topic(position=position, **row) for position, row in enumerate(data["topics"])],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "position"],
    )
    _load_districts(content_dir)
    settings = _fill_settings(CitySettings.load(), data["city"], data.get("placeholders", []))
    settings.theme_url = _theme_address(content_dir)
    settings.save()
    record(settings, "city.load", by=by, departments=len(data["departments"]), topics=len(data["topics"]))
    return settings


def _load_districts(content_dir: Path) -> None:
    rows = json.loads((content_dir / "districts.json").read_text(encoding="utf-8"))["stadtbezirke"]
    fields = ["name", "population", "population_date", "lat", "lon", "position", "facts"]
    District.objects.bulk_create(
        [
            District(
                slug=row.get("slug") or slug_for(row["name"]),
                position=position,
                **{name: row.get(name) for name in ("name", "population", "population_date", "lat", "lon")},
                facts={name: value for name, value in row.items() if value is not None and name not in fields},
            )
            for position, row in enumerate(rows)
        ],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=fields,
    )


def _fill_settings(settings: CitySettings, values: dict[str, str], examples: list[str]) -> CitySettings:
    for name, value in values.items():
        if getattr(settings, name) in ("", CitySettings._meta.get_field(name).get_default()):
            setattr(settings, name, value)
    settings.placeholders = {name: values[name] for name in examples}
    return settings


def _theme_address(content_dir: Path) -> str:
    """Where browsers find the city's style sheet; its fingerprint lets them keep it for long."""
    theme = content_dir / "theme.css"
    if not theme.exists():
        return ""
    return f"{reverse('city:theme')}?v={hashlib.blake2s(theme.read_bytes(), digest_size=6).hexdigest()}"


@transaction.atomic
def import_streets(file: TextIO, *, by: AbstractBaseUser | None = None) -> int:
    """Replace the street table by a CSV file (columns: `STREET_COLUMNS`); the number of rows.

    Semicolons or commas; ``seite`` is gerade, ungerade or empty; house numbers may be empty (whole street).
    Raises ImportRefused with line numbers, and then nothing has changed.
    """
    head = file.readline().lstrip("\ufeff")
    names = [name.strip().lower() for name in head.split(";" if ";" in head else ",")]
    if missing := [name for name in STREET_COLUMNS if name not in names]:
        raise ImportRefused([f"In der ersten Zeile fehlen die Spalten: {', '.join(missing)}."])
    districts = {row.slug: row for row in District.objects.all()}
    rows, reasons = [], []
    for line, cells in enumerate(csv.reader(file, delimiter=";" if ";" in head else ","), 2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            values = dict(zip(names, (cell.strip() for cell in cells), strict=True))
            rows.append(_street(values, districts))
        except (ValueError, KeyError) as fault:
            reasons.append(f"Zeile {line}: {_why(fault)}")
    if not rows and not reasons:
        reasons = ["Die Datei enthält keine Straße."]
    if reasons:
        raise ImportRefused(
            [
                *reasons[:MAX_REASONS],
                *([f"… und {len(reasons) - MAX_REASONS} weitere."] if len(reasons) > MAX_REASONS else []),
            ]
        )
    Street.objects.all().delete()
    Street.objects.bulk_create(rows, batch_size=2000)
    record(CitySettings.load(), "city.import_streets", by=by, rows=len(rows))
    return len(rows)


def _why(fault: Exception) -> str:
    if isinstance(fault, KeyError):
        return f"Den Stadtbezirk „{fault.args[0]}“ gibt es hier nicht."
    return fault.args[0] if isinstance(fault, _Unreadable) else "Die Zeile hat nicht so viele Spalten wie die erste."


class _Unreadable(ValueError):
    """One line of the file says something we cannot use."""


def _street(values: dict[str, str], districts: dict[str, District]) -> Street:
    name = values["strasse"]
    if not name or len(name) > 120 or not streets.normalise(name):
        raise _Unreadable("Der Name der Straße fehlt oder ist zu lang.")
    if values["seite"].lower() not in SIDES:
        raise _Unreadable("Die Seite muss „gerade“, „ungerade“ oder leer sein.")
    numbers = []
    for column in ("hausnummer_von", "hausnummer_bis"):
        if values[column] and not (values[column].isdecimal() and len(values[column]) <= 4):
            raise _Unreadable(f"„{values[column][:20]}“ ist keine Hausnummer.")
        numbers.append(int(values[column]) if values[column] else None)
    start, end = numbers
    if start is not None and end is not None and start > end:
        raise _Unreadable(f"Die Hausnummern {start} bis {end} laufen rückwärts.")
    if values["plz"] and not (values["plz"].isdecimal() and len(values["plz"]) == 5):
        raise _Unreadable(f"„{values['plz'][:20]}“ ist keine Postleitzahl.")
    slug = slug_for(values["stadtbezirk"])
    if slug not in districts:
        raise KeyError(values["stadtbezirk"])
    return Street(
        name=name,
        search_name=streets.normalise(name),
        number_from=start,
        number_to=end,
        parity=SIDES[values["seite"].lower()],
        postcode=values["plz"],
        district=districts[slug],
    )


@transaction.atomic
def import_boundaries(
    file: TextIO, key_property: str = "name", *, by: AbstractBaseUser | None = None, dry_run: bool = False
) -> BoundaryReport:
    """Give districts their boundary from an official GeoJSON file, matched by name or slug in `key_property`.

    Raises ImportRefused when the file is not usable; `dry_run` only reports.
    """
    try:
        collection: Any = json.load(file)
    except (ValueError, RecursionError, UnicodeDecodeError) as fault:
        raise ImportRefused(["Die Datei ist kein gültiges JSON."]) from fault
    if reasons := list(boundaries.problems(collection)):
        raise ImportRefused(reasons[:MAX_REASONS])
    districts = {row.slug: row for row in District.objects.all()}
    report, changed = BoundaryReport(), {}
    for feature in collection["features"]:
        name = str((feature.get("properties") or {}).get(key_property, ""))
        row = districts.get(slug_for(name))
        if row is None:
            report.unmatched_features.append(name or f"(ohne „{key_property}“)")
            continue
        row.geometry = boundaries.simplified(feature["geometry"])
        report.points_before += _points(feature["geometry"]["coordinates"])
        report.points_after += _points(row.geometry["coordinates"])
        report.matched.append(row.name)
        changed[row.slug] = row
    report.districts_without = [row.name for slug, row in districts.items() if slug not in changed]
    if changed and not dry_run:
        District.objects.bulk_update(changed.values(), ["geometry"])
        record(CitySettings.load(), "city.import_boundaries", by=by, matched=len(changed))
    return report


def _points(coordinates: Any) -> int:
    if isinstance(coordinates[0], int | float):
        return 1
    return sum(_points(part) for part in coordinates)
