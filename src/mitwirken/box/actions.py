"""What happens to the toolbox: it is loaded from a city's content, and it learns from evaluated steps."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction

from mitwirken.core import audit

from . import content
from .models import Case, Evidence, Format, FormatCase, Term


@dataclass(frozen=True)
class Loaded:
    """What a load found and how many rows it had to touch; a second load touches none."""

    formats: int
    cases: int
    changed: int


@transaction.atomic
def load(content_dir: Path | str, *, by: AbstractBaseUser | None = None) -> Loaded:
    """Bring vocabularies, formats and cases in line with the files of a city; ContentError changes nothing."""
    found = content.read(content_dir)
    terms, changed = _load_terms(found.vocabularies)
    formats, touched = _upsert(Format, [_format(entry) for entry in found.formats])
    changed += touched + _retire(Format, formats if found.formats else None)
    cases, touched = _upsert(Case, [_case(entry) for entry in found.cases])
    changed += touched + _retire(Case, cases if found.cases else None)
    ids = {code: row.pk for code, row in formats.items()}
    changed += _link(
        Format.terms.through,
        ("format_id", "term_id"),
        _described(found.formats, ids, content.FORMAT_CODES, terms),
        ids.values(),
    )
    for name, through in (
        ("combine_with", Format.combine_with.through),
        ("alternatives", Format.alternatives.through),
    ):
        wanted = {(ids[entry["id"]], ids[other]): {} for entry in found.formats for other in entry[name]}
        changed += _link(through, ("from_format_id", "to_format_id"), wanted, ids.values())
    case_ids = {code: row.pk for code, row in cases.items()}
    changed += _link(
        Case.terms.through,
        ("case_id", "term_id"),
        _described(found.cases, case_ids, content.CASE_CODES, terms),
        case_ids.values(),
    )
    used = {
        (case_ids[entry["id"]], ids[code]): {"position": position}
        for entry in found.cases
        for position, code in enumerate(entry["formats"])
    }
    changed += _link(FormatCase, ("case_id", "format_id"), used, case_ids.values())
    if changed and (anchor := next(iter(formats.values()), None)):
        audit.record(anchor, "box.load", by=by, formats=len(formats), cases=len(cases), changed=changed)
    return Loaded(formats=len(formats), cases=len(cases), changed=changed)


@transaction.atomic
def record_evidence(
    format: Format,
    *,
    step_label: str,
    step_url: str,
    indicator: str,
    value: float,
    n: int,
    measured_on: date,
    source: str,
    by: AbstractBaseUser | None = None,
) -> Evidence:
    """Keep what an evaluated step says about its format; measuring again replaces the older value."""
    evidence, _created = Evidence.objects.update_or_create(
        format=format,
        step_url=step_url,
        indicator=indicator.upper(),
        defaults={
            "step_label": step_label[:200],
            "value": value,
            "n": n,
            "measured_on": measured_on,
            "source": source[:200],
        },
    )
    audit.record(format, "box.record_evidence", by=by, indicator=indicator, n=n)
    return evidence


def _format(entry: dict[str, Any]) -> Format:
    row = Format(
        code=entry["id"],
        name=entry["name"],
        summary=entry["summary_plain"],
        description=entry["description"],
        participants_min=entry["participants_min"],
        participants_max=entry["participants_max"],
        participants_note=entry.get("participants_note") or "",
        duration_text=entry["duration"].get("text") or "",
        hours_min=entry["duration"]["hours_per_person_min"],
        hours_max=entry["duration"]["hours_per_person_max"],
        lead_weeks_min=entry["lead_time_weeks_min"],
        lead_weeks_max=entry["lead_time_weeks_max"],
        cost_min=entry["cost"]["eur_min"],
        cost_max=entry["cost"]["eur_max"],
        cost_note=entry["cost"].get("note") or "",
        staff_days_min=entry["staff_days_min"],
        staff_days_max=entry["staff_days_max"],
        process_steps=entry["steps"],
        digital_equivalent=entry["digital_equivalent"],
        legal_note=entry.get("legal_note") or "",
        status=entry.get("status") or "draft",
        language=entry.get("language") or "de",
        license=entry.get("license") or "CC BY 4.0",
        **{name: entry[name] for name in ("risks", "sources", *content.FORMAT_LISTS, *content.FORMAT_OPTIONAL_LISTS)},
    )
    row.fold()
    return row


def _case(entry: dict[str, Any]) -> Case:
    row = Case(
        code=entry["id"],
        process_cost=entry.get("process_cost_eur"),
        decided_budget=entry.get("decided_budget_eur"),
        status=entry.get("status") or "draft",
        license=entry.get("license") or "CC BY 4.0",
        **{name: entry.get(name) for name in ["lat", "lon", "year_start", "year_end", "participants"]},
        **{name: entry.get(name) or "" for name in content.CASE_TEXTS | content.CASE_OPTIONAL_TEXTS},
        **{name: entry[name] for name in ["worked", "not_worked", "lessons", "numbers", "sources"]},
    )
    row.fold()
    return row


def _upsert(model: Any, wanted: list[Any]) -> tuple[dict[str, Any], int]:
    """Make and correct rows by their code; says which there are now and how many were touched."""
    fields = [field.name for field in model._meta.concrete_fields if field.name not in ("id", "code")]
    there = {row.code: row for row in model.objects.all()}
    new, corrected = [], []
    for row in wanted:
        old = there.get(row.code)
        if old is None:
            new.append(row)
        elif any(getattr(old, name) != getattr(row, name) for name in fields):
            row.pk = old.pk
            corrected.append(row)
    model.objects.bulk_create(new)
    model.objects.bulk_update(corrected, fields, batch_size=50)
    now = model.objects.in_bulk([row.code for row in wanted], field_name="code")
    return now, len(new) + len(corrected)


def _retire(model: Any, kept: dict[str, Any] | None) -> int:
    """What is no longer in the files is no longer offered, but stays: projects and evidence point at it."""
    if kept is None:
        return 0
    return model.objects.listed().exclude(code__in=kept).update(retired=True)


def _load_terms(
    vocabularies: dict[str, list[dict[str, Any]]],
) -> tuple[dict[tuple[str, str], int], int]:
    there = {(term.vocabulary, term.code): term for term in Term.objects.all()}
    new, corrected = [], []
    for vocabulary, rows in vocabularies.items():
        for position, row in enumerate(rows):
            values = {"label": row["label"], "help_text": row["help"], "position": position}
            old = there.get((vocabulary, row["code"]))
            if old is None:
                new.append(Term(vocabulary=vocabulary, code=row["code"], **values))
            elif any(getattr(old, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(old, name, value)
                corrected.append(old)
    Term.objects.bulk_create(new)
    Term.objects.bulk_update(corrected, ["label", "help_text", "position"])
    ids = {(vocabulary, code): pk for vocabulary, code, pk in Term.objects.values_list("vocabulary", "code", "pk")}
    return ids, len(new) + len(corrected)


def _described(
    entries: list[dict[str, Any]],
    ids: dict[str, int],
    fields: dict[str, str],
    terms: dict[tuple[str, str], int],
) -> dict[tuple[int, int], dict[str, Any]]:
    """Each pair of entry and term that the files ask for."""
    wanted: dict[tuple[int, int], dict[str, Any]] = {}
    for entry in entries:
        for path, vocabulary in fields.items():
            value: Any = entry
            for part in path.split("."):
                value = value[part]
            for code in value if isinstance(value, list) else [value]:
                wanted[ids[entry["id"]], terms[vocabulary, code]] = {}
    return wanted


def _link(
    through: type[models.Model],
    columns: tuple[str, str],
    wanted: dict[tuple[int, int], dict[str, Any]],
    owners: Any,
) -> int:
    """Make the rows of a link table exactly the wanted pairs, for these owners; says how many changed."""
    there = {
        (getattr(row, columns[0]), getattr(row, columns[1])): row
        for row in through._default_manager.filter(**{f"{columns[0]}__in": list(owners)})
    }
    surplus = [
        row.pk
        for pair, row in there.items()
        if pair not in wanted or any(getattr(row, name) != value for name, value in wanted[pair].items())
    ]
    through._default_manager.filter(pk__in=surplus).delete()
    kept = {pair for pair, row in there.items() if row.pk not in set(surplus)}
    new = [
        through(**dict(zip(columns, pair, strict=True)), **extra) for pair, extra in wanted.items() if pair not in kept
    ]
    through._default_manager.bulk_create(new, batch_size=500)
    return len(surplus) + len(new)
