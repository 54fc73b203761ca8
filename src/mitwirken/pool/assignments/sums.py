"""What the answers to a task add up to. No database, no clock, no people.

Nothing is shown below `FEWEST_ANSWERS` answers, and texts come in an order that says nothing about time or person.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# Not `handful.SMALLEST`: these are words and marks nobody signed, read by the department that asked, and tasks for a
# dozen people are common. With fewer than five a colleague might guess whose they are.
FEWEST_ANSWERS = 5
SCALE = range(1, 6)


@dataclass(frozen=True)
class Given:
    """One person's answers: by the number of the question, and the comment."""

    answers: dict[str, Any]
    comment: str = ""


@dataclass(frozen=True)
class Sum:
    """One question: how many answered, how often each answer came, what was written."""

    kind: str
    text: str
    n: int
    counts: tuple[tuple[str, int], ...] = ()
    mean: float | None = None
    texts: tuple[str, ...] = field(default=())


def labels(question: dict[str, Any]) -> list[tuple[str, str]]:
    """The possible answers of a question: value and words. The ends of a scale are named."""
    options = question.get("options") or []
    if question["kind"] == "choice":
        return [(str(number), words) for number, words in enumerate(options, start=1)]
    if question["kind"] == "scale":
        ends = {SCALE[0]: options[0], SCALE[-1]: options[1]} if len(options) == 2 else {}
        return [(str(step), f"{step} – {ends[step]}" if step in ends else str(step)) for step in SCALE]
    return []


def add_up(questions: list[dict[str, Any]], given: Iterable[Given]) -> list[Sum]:
    """One sum per question, and one for the comments at the end."""
    found = list(given)
    sums = [
        _sum(question, [row.answers.get(str(number)) for row in found]) for number, question in enumerate(questions)
    ]
    comments = shuffled(row.comment for row in found if row.comment)
    return [*sums, Sum("comment", "", len(comments), texts=comments)]


def _sum(question: dict[str, Any], answers: list[Any]) -> Sum:
    values = [str(answer) for answer in answers if answer not in (None, "")]
    if question["kind"] == "text":
        return Sum("text", question["text"], len(values), texts=shuffled(values))
    times = Counter(values)
    counts = tuple((words, times[value]) for value, words in labels(question))
    mean = None
    if question["kind"] == "scale" and values:
        mean = round(sum(map(int, values)) / len(values), 1)
    return Sum(question["kind"], question["text"], len(values), counts, mean)


def shuffled(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts in the order of their fingerprints: the same each time, and silent about who came first."""
    return tuple(sorted(texts, key=lambda text: hashlib.sha256(text.encode()).hexdigest()))
