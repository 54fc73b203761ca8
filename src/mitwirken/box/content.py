"""What the content files must look like. Reads them, changes nothing, and names every mistake by its place."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
CODE = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*\Z")
STEP_ORDER = ("before", "during", "after")

# Field of an entry -> vocabulary its codes come from.
FORMAT_CODES = {
    "levels": "level",
    "phases": "phase",
    "goals": "goal",
    "channels": "channel",
    "group_sizes": "group_size",
    "recruitment": "recruitment",
    "target_groups": "target_group",
    "outputs": "output",
    "legal": "legal",
    "kind": "kind",
    "moderation": "moderation",
    "skill": "skill",
    "conflict_fit": "conflict_fit",
    "duration.code": "duration",
    "cost.brackets": "cost_bracket",
    "cost.basis": "cost_basis",
}
FORMAT_TEXTS = {"name": 160, "summary_plain": 200, "description": 4000, "digital_equivalent": 2000}
FORMAT_OPTIONAL_TEXTS = {"participants_note": 200, "legal_note": 2000, "duration.text": 200, "cost.note": 300}
FORMAT_LISTS = {"accessibility": 2, "materials": 1, "strengths": 1, "limits": 1}
FORMAT_OPTIONAL_LISTS = ("aliases", "digital_tools", "avoid_if", "source_keys")
FORMAT_RANGES = {
    ("participants_min", "participants_max"): int,
    ("lead_time_weeks_min", "lead_time_weeks_max"): int,
    ("staff_days_min", "staff_days_max"): float,
    ("cost.eur_min", "cost.eur_max"): int,
    ("duration.hours_per_person_min", "duration.hours_per_person_max"): float,
}
CASE_CODES = {
    "topics": "topic",
    "levels": "level",
    "channels": "channel",
    "recruitment": "recruitment",
    "evidence": "evidence",
    "outcome_status": "outcome_status",
}
CASE_TEXTS = {"title": 200, "place": 120, "country": 2, "summary": 2000}
CASE_OPTIONAL_TEXTS = {"region": 120, "organiser": 200, "duration": 200, "outcome": 2000, "geo_precision": 10}
CASE_LISTS = {"worked": 1, "not_worked": 1}
CASE_OPTIONAL_NUMBERS = ("year_start", "year_end", "participants", "process_cost_eur", "decided_budget_eur")


class ContentError(Exception):
    """The content files cannot be loaded; `problems` says where and why, one sentence each."""

    def __init__(self, problems: Iterable[str]):
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


@dataclass
class Content:
    """What was read: vocabularies by name, then formats and cases as the files have them."""

    vocabularies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    formats: list[dict[str, Any]] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Checker:
    """Collects what is wrong with one entry."""

    file: str
    name: str
    entry: dict[str, Any]
    known: dict[str, set[str]]
    problems: list[str]

    def complain(self, path: str, what: str) -> None:
        self.problems.append(
            _("%(file)s, entry “%(entry)s”, field “%(field)s”: %(what)s")
            % {"file": self.file, "entry": self.name, "field": path, "what": what}
        )

    def get(self, path: str) -> Any:
        value: Any = self.entry
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def text(self, path: str, longest: int, *, required: bool = True) -> None:
        value = self.get(path)
        if value in (None, ""):
            if required:
                self.complain(path, _("a text is missing."))
        elif not isinstance(value, str):
            self.complain(path, _("must be a text."))
        elif len(value) > longest:
            self.complain(
                path,
                _("is %(length)s characters long; %(longest)s are possible.")
                % {"length": len(value), "longest": longest},
            )

    def codes(self, path: str, vocabulary: str) -> None:
        value = self.get(path)
        chosen = value if isinstance(value, list) else [value]
        if not value:
            self.complain(path, _("at least one code is missing."))
            return
        for code in chosen:
            if code not in self.known.get(vocabulary, set()):
                self.complain(
                    path,
                    _("the code “%(code)s” is not in the vocabulary “%(vocabulary)s”.")
                    % {"code": code, "vocabulary": vocabulary},
                )
        if len(chosen) != len(set(map(str, chosen))):
            self.complain(path, _("names a code twice."))

    def texts(self, path: str, at_least: int = 0) -> None:
        value = self.get(path)
        if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
            self.complain(path, _("must be a list of texts."))
        elif len(value) < at_least:
            self.complain(
                path,
                _("has %(found)s entries; at least %(needed)s are needed.") % {"found": len(value), "needed": at_least},
            )

    def number(self, path: str, *, required: bool = True) -> None:
        value = self.get(path)
        if value is None and not required:
            return
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            self.complain(path, _("must be a number of at least 0."))

    def ascending(self, low_path: str, high_path: str) -> None:
        low, high = self.get(low_path), self.get(high_path)
        if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
            self.complain(
                low_path,
                _("%(low)s is more than %(high)s in “%(other)s”.") % {"low": low, "high": high, "other": high_path},
            )

    def rows(self, path: str, keys: tuple[str, ...], at_least: int = 1) -> list[dict[str, Any]]:
        value = self.get(path)
        good = isinstance(value, list) and all(
            isinstance(row, dict) and all(row.get(key) not in (None, "") for key in keys) for row in value
        )
        if not good:
            self.complain(path, _("must be a list of entries with %(keys)s.") % {"keys": ", ".join(keys)})
            return []
        if len(value) < at_least:
            self.complain(path, _("needs at least one entry."))
        return value

    def references(self, path: str, targets: set[str]) -> None:
        value = self.get(path)
        for target in value if isinstance(value, list) else [value]:
            if target == self.entry.get("id"):
                self.complain(path, _("must not point at itself."))
            elif target not in targets:
                self.complain(path, _("there is no format “%(target)s”.") % {"target": target})

    def addresses(self) -> None:
        for source in self.rows("sources", ("title",)):
            url = source.get("url")
            if url and not str(url).startswith(("https://", "http://")):
                self.complain("sources", _("“%(url)s” is no web address.") % {"url": url})


def read(content_dir: Path | str) -> Content:
    """Everything the toolbox needs from a city's content folder, checked; or ContentError."""
    folder = Path(content_dir)
    problems: list[str] = []
    formats = _file(folder / "formats.json", ("vocabularies", "formats"), problems)
    cases = _file(folder / "cases.json", ("vocabularies", "cases"), problems)
    evaluation = _file(folder / "evaluation.json", ("indicators",), problems)
    if problems:
        raise ContentError(problems)
    found = Content(formats=formats.get("formats", []), cases=cases.get("cases", []))
    # The cases' file calls its vocabulary "topics"; everything else is named in the singular.
    named = formats.get("vocabularies", {}) | {
        "topic" if name == "topics" else name: terms for name, terms in cases.get("vocabularies", {}).items()
    }
    for name, terms in named.items():
        found.vocabularies[name] = [
            {"code": row.get("code"), "label": row.get("label_de"), "help": row.get("help_de") or ""} for row in terms
        ]
    if evaluation:
        found.vocabularies["indicator"] = [
            {"code": row["code"].lower(), "label": row["name"], "help": row.get("definition", "")[:300]}
            for row in evaluation["indicators"]
        ]
    check(found, problems)
    if problems:
        raise ContentError(problems)
    return found


def _file(path: Path, parts: tuple[str, ...], problems: list[str]) -> dict[str, Any]:
    """One file as it is; a city without it loads nothing of this kind."""
    if not path.exists():
        return {}
    try:
        read_file = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        problems.append(_("%(file)s cannot be read: %(error)s") % {"file": path.name, "error": error})
        return {}
    for part in parts:
        if not isinstance(read_file, dict) or part not in read_file:
            problems.append(_("%(file)s: the part “%(part)s” is missing.") % {"file": path.name, "part": part})
    return read_file


def check(content: Content, problems: list[str]) -> None:
    """Complain about all that would make a page wrong: unknown codes, swapped ranges, dead references."""
    known: dict[str, set[str]] = {}
    for name, terms in content.vocabularies.items():
        known[name] = set()
        for row in terms:
            term = Checker(_("vocabularies"), f"{name}: {row['code']}", row, known, problems)
            term.text("label", 120)
            term.text("help", 300, required=False)
            if not CODE.match(str(row["code"])) or row["code"] in known[name]:
                term.complain("code", _("must be unique, of small letters, digits and underscores."))
            known[name].add(row["code"])
    ids = _identifiers("formats.json", content.formats, problems)
    for entry in content.formats:
        _check_format(Checker("formats.json", str(entry.get("id")), entry, known, problems), ids)
    _identifiers("cases.json", content.cases, problems)
    for entry in content.cases:
        _check_case(Checker("cases.json", str(entry.get("id")), entry, known, problems), ids)


def _identifiers(file: str, entries: list[dict[str, Any]], problems: list[str]) -> set[str]:
    seen: set[str] = set()
    for entry in entries:
        name = str(entry.get("id"))
        if not SLUG.match(name) or len(name) > 80 or name in seen:
            Checker(file, name, entry, {}, problems).complain(
                "id", _("must be unique, of small letters, digits and hyphens.")
            )
        seen.add(name)
    return seen


def _check_format(entry: Checker, ids: set[str]) -> None:
    for path, longest in FORMAT_TEXTS.items():
        entry.text(path, longest)
    for path, longest in FORMAT_OPTIONAL_TEXTS.items():
        entry.text(path, longest, required=False)
    for path, vocabulary in FORMAT_CODES.items():
        entry.codes(path, vocabulary)
    for path, at_least in FORMAT_LISTS.items():
        entry.texts(path, at_least)
    for path in FORMAT_OPTIONAL_LISTS:
        entry.texts(path)
    for low, high in FORMAT_RANGES:
        entry.number(low)
        entry.number(high)
        entry.ascending(low, high)
    whens = [step["when"] for step in entry.rows("steps", ("when", "title", "text"))]
    if unknown := set(whens) - set(STEP_ORDER):
        entry.complain("steps", _("“%(when)s” is no part of the course.") % {"when": ", ".join(sorted(unknown))})
    elif whens != sorted(whens, key=STEP_ORDER.index):
        entry.complain("steps", _("must go from before over during to after."))
    entry.rows("risks", ("risk", "mitigation"))
    if "none" in (entry.get("legal") or []) and len(entry.get("legal")) > 1:
        entry.complain("legal", _("“none” may only stand alone."))
    entry.references("combine_with", ids)
    entry.references("alternatives", ids)
    entry.addresses()


def _check_case(entry: Checker, ids: set[str]) -> None:
    for path, longest in CASE_TEXTS.items():
        entry.text(path, longest)
    for path, longest in CASE_OPTIONAL_TEXTS.items():
        entry.text(path, longest, required=False)
    for path, vocabulary in CASE_CODES.items():
        entry.codes(path, vocabulary)
    for path, at_least in CASE_LISTS.items():
        entry.texts(path, at_least)
    entry.texts("lessons")
    for path in CASE_OPTIONAL_NUMBERS:
        entry.number(path, required=False)
    entry.ascending("year_start", "year_end")
    entry.rows("numbers", ("label", "value"), at_least=0)
    entry.references("formats", ids)
    entry.addresses()
