"""Lists as CSV, streamed line by line."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

# A cell that begins like a formula is run by spreadsheets; an apostrophe makes it text again (OWASP).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class _Line:
    """A file for the csv writer that hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def harmless(value: Any) -> Any:
    """The value as a cell that no spreadsheet runs; numbers stay numbers."""
    if value is None or isinstance(value, (int, float)):
        return "" if value is None else value
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def csv_lines(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The rows as CSV with semicolons and a byte-order mark, as German spreadsheets expect it."""
    writer = csv.writer(_Line(), delimiter=";")
    head: list[str] = []
    yield "\ufeff"
    for row in rows:
        if not head:
            head = list(row)
            # Headings are people's words, too: the questions of a survey.
            yield writer.writerow([harmless(name) for name in head])
        yield writer.writerow([harmless(row.get(name)) for name in head])
