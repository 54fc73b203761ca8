"""What we know about taking part elsewhere: the number somebody counted there."""

from collections.abc import Iterator
from typing import Any

from mitwirken.portal.models import Step


def count(step: Step) -> int:
    number = step.settings.get("participants")
    return number if isinstance(number, int) else 0


def rows(step: Step) -> Iterator[dict[str, Any]]:
    """One row: nothing is handed in here."""
    yield {
        "title": step.title,
        "starts_at": step.starts_at.isoformat(),
        "ends_at": step.ends_at.isoformat() if step.ends_at else "",
        "place": step.place,
        "address": step.external_url,
        "provider": step.settings.get("provider") or "",
        "participants": count(step) or "",
        "result": step.settings.get("result") or "",
        "source": step.settings.get("source_url") or "",
    }
