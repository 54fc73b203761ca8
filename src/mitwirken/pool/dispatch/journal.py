"""What a worker was doing when it died: one small file per worker, replayed by whoever comes next.

``D <row> <claim>`` stands there before the final dot of a mail leaves (RFC 1047: from here on the relay may
have it), ``A <row> <claim> <code> <enhanced> <reference>`` as soon as its reply arrived. The lock on the file
is the worker's sign of life: whoever gets it knows that the worker is gone.
"""

import contextlib
import errno
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from .smtp import Reply


@dataclass(frozen=True)
class Story:
    """What the lines of one claimed row tell."""

    dotted: bool = False
    reply: Reply | None = None


class Journal:
    """The open, locked journal of a worker that lives."""

    def __init__(self, descriptor: int, path: Path) -> None:
        self._file, self.path = descriptor, path

    @classmethod
    def open(cls, path: Path) -> Self | None:
        """Open and lock it; None if its worker is alive."""
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return None
        return cls(descriptor, path)

    def dot(self, row: int, claim: str) -> None:
        """Say that the dot of this mail is about to leave."""
        self._write(dot_line(row, claim))

    def answer(self, row: int, claim: str, reply: Reply) -> None:
        """Say what the relay answered."""
        self._write(answer_line(row, claim, reply))

    def note(self, answers: list[str], dots: list[str]) -> None:
        """Answers that arrived and dots that are about to leave, in one go. Raises OSError if the dots find no room.

        An answer that finds none is no loss: its mail is settled in a moment.
        """
        try:
            self._write("".join(answers + dots))
        except OSError:
            with contextlib.suppress(OSError):
                self._write("".join(answers))
            if dots:
                raise

    def read(self) -> dict[tuple[int, str], Story]:
        """What happened to each row; a half-written last line counts as not written."""
        text = self.path.read_bytes().decode("ascii", "replace")
        stories: dict[tuple[int, str], Story] = {}
        for line in text[: text.rfind("\n") + 1].splitlines():
            parts = line.split(" ")
            key = (int(parts[1]), parts[2])
            if parts[0] == "D":
                stories[key] = Story(dotted=True)
            else:
                enhanced, reference = (part if part != "-" else "" for part in parts[4:6])
                stories[key] = Story(True, Reply(int(parts[3]), "", enhanced, reference))
        return stories

    def is_empty(self) -> bool:
        return os.fstat(self._file).st_size == 0

    def clear(self) -> None:
        """Everything in it is settled in the database."""
        os.ftruncate(self._file, 0)

    def close(self, *, forget: bool = False) -> None:
        if forget:
            self.path.unlink(missing_ok=True)
        os.close(self._file)

    def _write(self, lines: str) -> None:
        if not lines:
            return
        written = os.write(self._file, lines.encode("ascii"))
        if written < len(lines):  # the disk is full: half a line would swallow the next one
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise OSError(errno.ENOSPC, "The journal cannot grow.")


def dot_line(row: int, claim: str) -> str:
    return f"D {row} {claim}\n"


def answer_line(row: int, claim: str, reply: Reply) -> str:
    return f"A {row} {claim} {reply.code} {reply.enhanced or '-'} {reply.reference or '-'}\n"
