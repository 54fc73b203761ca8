"""From a row of a spreadsheet to a person: which column is what, and what is wrong with a row. Pure, no Django."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

# What a column may be called, in the spelling of `plain`. The first name is the one our example file uses.
NAMES: dict[str, tuple[str, ...]] = {
    "email": ("email", "emailadresse", "mail", "mailadresse", "emailaddress"),
    "name": ("name", "vollername", "fullname"),
    "first_name": ("vorname", "firstname"),
    "last_name": ("nachname", "familienname", "lastname", "surname"),
    "street": ("strasse", "strassehausnummer", "strasseundhausnummer", "strassehausnr", "anschrift", "street"),
    "postcode": ("plz", "postleitzahl", "postcode", "zip"),
    "town": ("ort", "stadt", "wohnort", "town", "city"),
    "topics": ("themen", "thema", "topics", "topic", "interessen"),
    "districts": ("stadtbezirke", "stadtbezirk", "bezirke", "bezirk", "districts", "district"),
    "lang": ("sprache", "language", "lang"),
    "frequency": ("haeufigkeit", "wieoft", "rhythmus", "frequency"),
    "consent_date": (
        "einwilligungam", "einwilligungvom", "einwilligungdatum", "datumeinwilligung", "datumdereinwilligung",
        "consentdate", "dateofconsent",
    ),
    "consent_source": (
        "einwilligungquelle", "quelle", "quelleeinwilligung", "quelledereinwilligung", "herkunft", "consentsource",
        "source",
    ),
    "consent_file": (
        "aktenzeichen", "nachweis", "beleg", "az", "fundstelle", "ablage", "consentfile", "filereference", "reference",
    ),
}  # fmt: skip
EVIDENCE = ("consent_date", "consent_source", "consent_file")
OLDEST = date(2000, 1, 1)
_DATES = ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M")
# The address as SMTP takes it everywhere; anything rarer is typed in by hand.
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_FORMULA = re.compile(r"^\s*[=+@\t\r|]|^\s*-\D|^\s*%")
_NEITHER = re.compile("[^a-z0-9]")
_LANGUAGES = {"de": "de", "deutsch": "de", "german": "de", "en": "en", "englisch": "en", "english": "en"}
_FREQUENCIES = {
    "now": "now", "sofort": "now", "atonce": "now",
    "weekly": "weekly", "woechentlich": "weekly", "woche": "weekly", "onceaweek": "weekly",
    "einmalinderwoche": "weekly",
    "monthly": "monthly", "monatlich": "monthly", "monat": "monthly", "onceamonth": "monthly",
    "einmalimmonat": "monthly",
}  # fmt: skip
_EVERYTHING = {"", "alle", "alles", "all", "ganzestadt", "keineangabe"}


class Problem(Exception):
    """Why a row cannot be taken: a code (problems.py has the words) and, where it helps, the word in question."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Person:
    """One row, understood: reached by mail if there is an e-mail address, else by letter."""

    email: str = ""
    name: str = ""
    street: str = ""
    postcode: str = ""
    town: str = ""
    lang: str = "de"
    frequency: str = "weekly"
    topics: tuple[int, ...] = ()
    districts: tuple[int, ...] = ()
    agreed_on: date = OLDEST
    evidence: str = ""

    @property
    def by_letter(self) -> bool:
        return not self.email


@dataclass(frozen=True)
class Reader:
    """Reads the rows of one file: the place of each column, the words for topics and districts, and today."""

    columns: Mapping[str, int]
    width: int
    today: date
    topics: Mapping[str, int] = field(default_factory=dict)
    districts: Mapping[str, int] = field(default_factory=dict)

    def person(self, cells: Sequence[str]) -> Person:
        """The person in this row; raises Problem with the first thing that is wrong."""
        if len(cells) > self.width and any(cells[self.width :]):
            raise Problem("columns", str(len(cells)))
        given = {name: _clean(cells[place]) if place < len(cells) else "" for name, place in self.columns.items()}
        for value in given.values():
            if _FORMULA.match(value):
                raise Problem("formula")
        email = given.get("email", "")
        postal = {} if email else self._postal(given)
        if email and (len(email) > 254 or ".." in email or not _EMAIL.fullmatch(email)):
            raise Problem("email")
        return Person(
            email=email,
            **postal,
            lang=_choice(given.get("lang", ""), _LANGUAGES, "de", "lang"),
            frequency=_choice(given.get("frequency", ""), _FREQUENCIES, "weekly", "frequency"),
            topics=_several(given.get("topics", ""), self.topics, "topic"),
            districts=_several(given.get("districts", ""), self.districts, "district"),
            agreed_on=self._day(given.get("consent_date", "")),
            evidence=_evidence(given.get("consent_source", ""), given.get("consent_file", "")),
        )

    def _postal(self, given: Mapping[str, str]) -> dict[str, str]:
        name = given.get("name") or f"{given.get('first_name', '')} {given.get('last_name', '')}".strip()
        parts = {"name": name, **{part: given.get(part, "") for part in ("street", "postcode", "town")}}
        if not any(parts.values()) or not (parts["street"] or parts["postcode"]):
            raise Problem("no_address")
        if not all(parts.values()):
            raise Problem("postal")
        if not re.fullmatch(r"\d{5}", parts["postcode"]):
            raise Problem("postcode")
        if len(parts["name"]) > 120 or len(parts["street"]) > 120 or len(parts["town"]) > 80:
            raise Problem("too_long")
        return parts

    def _day(self, text: str) -> date:
        if not text:
            raise Problem("no_evidence")
        day = _date(text)
        if day is None:
            raise Problem("date", text[:30])
        if day > self.today:
            raise Problem("future", text[:30])
        if day < OLDEST:
            raise Problem("long_ago", text[:30])
        return day


def plain(text: str) -> str:
    """Small letters and digits only: how names of columns, topics and districts are compared."""
    text = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    if text.isascii():
        return _NEITHER.sub("", text)
    text = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in text if sign.isalnum())


def guess(heading: Sequence[str]) -> dict[str, int]:
    """Which column is what, as far as their names tell; the first of two with the same name counts."""
    found: dict[str, int] = {}
    for place, title in enumerate(heading):
        for name, spellings in NAMES.items():
            if plain(title) in spellings:
                found.setdefault(name, place)
    return found


def missing(columns: Mapping[str, int]) -> list[str]:
    """What this table lacks: the evidence always, and some way to reach people."""
    lacking = [name for name in EVIDENCE if name not in columns]
    has_name = "name" in columns or "last_name" in columns
    by_letter = has_name and all(name in columns for name in ("street", "postcode", "town"))
    return lacking if "email" in columns or by_letter else ["email", *lacking]


@lru_cache(maxsize=1024)
def _date(text: str) -> date | None:
    """The day somebody wrote; remembered, because on a list many agreed on the same day."""
    for pattern in _DATES:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 a day on paper has no time zone
        except ValueError:
            continue
    return None


def _clean(cell: str) -> str:
    text = " ".join(cell.split())
    return "" if text in {"-", "–", "—"} else text


def _choice(text: str, known: Mapping[str, str], default: str, code: str) -> str:
    if not text:
        return default
    if plain(text) not in known:
        raise Problem(code, text[:30])
    return known[plain(text)]


def _several(text: str, known: Mapping[str, int], code: str) -> tuple[int, ...]:
    if plain(text) in _EVERYTHING:
        return ()
    found: list[int] = []
    for word in re.split(r"[;|\n]", text):
        # A name may itself hold a comma: first the whole, then its parts.
        for part in [word] if plain(word) in known else re.split(r"[,/]", word):
            if plain(part) in known:
                found.append(known[plain(part)])
            elif part.strip():
                raise Problem(code, part.strip()[:30])
    return tuple(dict.fromkeys(found))


def _evidence(source: str, reference: str) -> str:
    if not source or not reference:
        raise Problem("no_evidence")
    if len(source) > 60 or len(reference) > 40:
        raise Problem("evidence_long")
    return f"{source}; {reference}"
