"""A CSV file as spreadsheets really write it: one record after the other, and a word for each that is broken.

No Django, no whole file in memory: a line that is too long, a quotation mark that never closes or signs nobody
can read cost their own record, never the rest of the file.
"""

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

MOST_COLUMNS = 60
# In signs; the longest honest row has a name, an address and a list of topics.
LONGEST_LINE = 20_000
# A cell may hold line breaks; more lines than this are an open quotation mark.
LONGEST_RECORD = 20
_PORTION = 1 << 16
_OTHER_FILES = {
    b"PK\x03\x04": "excel",
    b"\xd0\xcf\x11\xe0": "excel",
    b"%PDF": "pdf",
    b"\xff\xfe": "utf16",
    b"\xfe\xff": "utf16",
}


class NotATable(Exception):
    """The file as a whole cannot be read; `code` says why (problems.py has the words)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Record:
    """The cells of one row and the line it begins in; `problem` instead of cells if it is broken."""

    line: int
    cells: tuple[str, ...] = ()
    problem: str = ""


def encoding_of(file: IO[bytes]) -> str:
    """UTF-8 or Windows-1252: what most of the lines with foreign letters are. Raises NotATable for other files."""
    file.seek(0)
    start = file.read(4)
    for mark, code in _OTHER_FILES.items():
        if start.startswith(mark):
            raise NotATable(code)
    if not start:
        raise NotATable("empty")
    file.seek(0)
    utf8 = other = 0
    while portion := file.readline(_PORTION):
        if portion.isascii():
            continue
        try:
            portion.decode("utf-8")
            utf8 += 1
        except UnicodeDecodeError:
            other += 1
    return "cp1252" if other > utf8 else "utf-8-sig"


def records(file: IO[bytes], *, encoding: str) -> Iterator[Record]:
    """Every record of the file, the heading first. Empty lines are none."""
    lines = _lines(file, encoding)
    waiting: deque[tuple[int, str]] = deque()
    delimiter = ""
    while True:
        # The separator is known from the heading: the first line that says anything.
        first = waiting.popleft() if waiting else next(lines, None)
        if first is None:
            return
        number, text = first
        if not text.strip("\ufeff \t\r\n;,"):
            continue
        taken = [first]
        while sum(line.count('"') for _, line in taken) % 2 and len(taken) <= LONGEST_RECORD:
            following = waiting.popleft() if waiting else next(lines, None)
            if following is None:
                break
            taken.append(following)
        if sum(line.count('"') for _, line in taken) % 2:
            waiting.extendleft(reversed(taken[1:]))
            yield Record(number, problem="quotes")
            continue
        delimiter = delimiter or delimiter_of(text)
        yield _record(number, "".join(line for _, line in taken), delimiter)


def delimiter_of(heading: str) -> str:
    """The sign between the columns: the commonest of the three outside quotation marks."""
    bare = "".join(heading.split('"')[::2])
    return max(";,\t", key=bare.count)


def portions(found: Iterable[Record], size: int) -> Iterator[list[Record]]:
    """The records in lists of at most `size`."""
    portion: list[Record] = []
    for record in found:
        portion.append(record)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion


def _record(number: int, text: str, delimiter: str) -> Record:
    if len(text) > LONGEST_LINE:
        return Record(number, problem="too_long")
    if "\0" in text:
        return Record(number, problem="nul")
    if "\ufffd" in text:
        return Record(number, problem="signs")
    try:
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration):
        return Record(number, problem="quotes")
    return Record(number, tuple(cell.strip() for cell in cells))


def _lines(file: IO[bytes], encoding: str) -> Iterator[tuple[int, str]]:
    """Each line with its number; one that is too long is cut just so far that it is seen to be."""
    file.seek(0)
    stream = io.TextIOWrapper(file, encoding=encoding, errors="replace")
    try:
        number, rest = 1, ""
        while portion := stream.read(_PORTION):
            *whole, rest = (rest + portion).split("\n")
            for line in whole:
                yield number, _cut(line) + "\n"
                number += 1
            rest = _cut(rest)
        if rest:
            yield number, rest
    finally:
        if not file.closed:
            stream.detach()  # the file stays open for whoever opened it


def _cut(line: str) -> str:
    # Without quotation marks: an open one would take the following lines along.
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE + 1].replace('"', "'")
