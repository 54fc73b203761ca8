"""Write the tables of docs/data-protection.md from privacy.toml, so that the two cannot differ.

scripts/privacy_table.py           rewrite what stands between the markers
scripts/privacy_table.py --check   fail when it is stale (tests/test_docs.py asks the same)
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REGISTER = ROOT / "privacy.toml"
PAGE = ROOT / "docs" / "data-protection.md"
BEGIN, END = "<!-- begin: privacy.toml -->", "<!-- end: privacy.toml -->"


def tables(register: dict[str, dict[str, Any]]) -> str:
    """Two Markdown tables: what concerns people, and the names of all that does not."""
    people = {label: entry for label, entry in register.items() if entry["personal"]}
    others = sorted(set(register) - set(people))
    names = ", ".join(f"`{label}`" for label in others)
    return "\n".join([*_head(), *_rows(people), "", f"No personal data ({len(others)} tables): {names}."])


def _head() -> Iterator[str]:
    yield "| Table | Purpose | Basis | Kept | Personal fields | Handed out |"
    yield "|---|---|---|---|---|---|"


def _rows(people: dict[str, dict[str, Any]]) -> Iterator[str]:
    for label in sorted(people):
        entry = people[label]
        fields, handed_out = (", ".join(f"`{name}`" for name in entry[key]) for key in ("personal", "export"))
        cells = (f"`{label}`", entry["purpose"], entry["basis"], entry["retention"], fields, handed_out or "–")
        yield "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def current(page: str) -> str:
    """The page with today's tables between its markers."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables(tomllib.loads(REGISTER.read_text()))}\n\n{END}{after}"


def main() -> None:
    page = PAGE.read_text()
    fresh = current(page)
    if "--check" in sys.argv[1:]:
        raise SystemExit(None if fresh == page else f"{PAGE.name} is stale: run scripts/privacy_table.py")
    PAGE.write_text(fresh)


if __name__ == "__main__":
    main()
