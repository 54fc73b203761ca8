"""The register of personal data (privacy.toml) beside what the database really holds."""

import tomllib
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection


@dataclass(frozen=True)
class Entry:
    """One table that concerns people."""

    table: str
    rows: int
    purpose: str
    basis: str
    retention: str
    fields: str


def entries() -> list[Entry]:
    """Every table with personal fields, as the register tells it, with the number of its rows now."""
    register = tomllib.loads((settings.BASE_DIR / "privacy.toml").read_text(encoding="utf-8"))
    people = {label: entry for label, entry in sorted(register.items()) if entry["personal"]}
    return [_entry(label, people[label], count) for label, count in _counts(list(people)).items()]


def _entry(label: str, entry: dict[str, Any], rows: int) -> Entry:
    return Entry(
        table=label,
        rows=rows,
        purpose=entry["purpose"],
        basis=entry["basis"],
        retention=entry["retention"],
        fields=", ".join(entry["personal"]),
    )


def _counts(labels: list[str]) -> dict[str, int]:
    """All counts in one question instead of one for each table."""
    tables = [connection.ops.quote_name(apps.get_model(label)._meta.db_table) for label in labels]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT COUNT(*) FROM {table})" for table in tables))  # noqa: S608 names of our own tables
        return dict(zip(labels, cursor.fetchone(), strict=True))
