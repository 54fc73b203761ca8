#!/usr/bin/env python
"""Keep the German catalogues complete, with Babel alone (no gettext binary needed).

scripts/messages.py [APP …]     take up new texts of the apps (default: all), drop unused ones
scripts/messages.py --compile   write the .mo files; part of the set-up
scripts/messages.py --check     fail when a text is missing, empty, has other placeholders or two Germans
"""

import argparse
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

SOURCE = Path(__file__).resolve().parents[1] / "src" / "mitwirken"
LANGUAGE = "de"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)[^}]*\}")
LAZY_KEYWORDS = {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "gettext_noop": None,
}


def apps() -> list[Path]:
    """The folders that hold an app and therefore a catalogue."""
    return sorted(path.parent for path in SOURCE.rglob("apps.py"))


def texts(app: Path) -> Iterator[tuple[str, str | tuple[str, ...], str | None]]:
    """Every translatable text of an app: (file, message id or singular and plural, context)."""
    from django.utils.translation.template import templatize

    keywords = {**DEFAULT_KEYWORDS, **LAZY_KEYWORDS}
    inner = [other for other in apps() if other != app and app in other.parents]
    for path in sorted(app.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts or "tests" in path.parts:
            continue
        if any(other in path.parents for other in inner):
            continue
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            if "{%" not in source and "{{" not in source:
                continue
            # What templatize leaves is read as Python, where indentation would mean something.
            source = re.sub(r"(?m)^[ \t]+", "", templatize(source, origin=str(path)))
        stream = io.BytesIO(source.encode())
        for _line, function, found, _comments in extract_python(stream, keywords, [], {"encoding": "utf-8"}):
            name = path.relative_to(SOURCE).as_posix()
            parts = [part for part in (found if isinstance(found, tuple) else (found,)) if part]
            if not parts:
                continue
            context = parts.pop(0) if "pgettext" in function else None
            if "ngettext" in function or "npgettext" in function:
                yield name, (parts[0], parts[1]), context
            else:
                yield name, parts[0], context


def catalogue_path(app: Path) -> Path:
    return app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def load(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def template(app: Path) -> Catalog:
    """All texts of the app as an empty catalogue."""
    found = Catalog()
    for name, message, context in texts(app):
        found.add(message, locations=[(name, 0)], context=context)
    return found


def update(app: Path) -> None:
    """Write the app's catalogue anew: known translations stay, new texts come in empty."""
    wanted, known = template(app), load(catalogue_path(app))
    if not len(wanted):
        return
    fresh = Catalog(
        locale=LANGUAGE,
        project="Mitwirken",
        last_translator="the Mitwirken contributors",
        language_team="German",
        msgid_bugs_address="see CONTRIBUTING.md",
        version="1",
        copyright_holder="the Mitwirken contributors",
        # REUSE-IgnoreStart
        header_comment="# SPDX-License-Identifier: EUPL-1.2",
        # REUSE-IgnoreEnd
        creation_date=datetime(2026, 1, 1, tzinfo=UTC),
        revision_date=datetime(2026, 1, 1, tzinfo=UTC),
        fuzzy=False,
    )
    for message in wanted:
        if not message.id:
            continue
        old = known.get(message.id, message.context)
        same_shape = old is not None and isinstance(old.id, tuple) == isinstance(message.id, tuple)
        fresh.add(
            message.id,
            old.string if same_shape else None,
            locations=message.locations,
            context=message.context,
        )
    path = catalogue_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=100, include_lineno=False, sort_output=True, ignore_obsolete=True)


def compile_all() -> None:
    for app in apps():
        path = catalogue_path(app)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, load(path))


def problems(app: Path) -> Iterator[str]:
    """What keeps this app's German from being complete, a line each."""
    known = load(catalogue_path(app))
    wanted = template(app)
    for message in wanted:
        if not message.id:
            continue
        entry = known.get(message.id, message.context)
        forms = () if entry is None else entry.string if isinstance(entry.string, tuple) else (entry.string,)
        if not forms or not all(forms):
            yield f"{app.relative_to(SOURCE)}: no German for {message.id!r}"
            continue
        source_ids = message.id if isinstance(message.id, tuple) else (message.id,)
        wants = {found.group(0) for text in source_ids for found in PLACEHOLDER.finditer(text)}
        for form in forms:
            has = {found.group(0) for found in PLACEHOLDER.finditer(form)}
            if not has <= wants or (not isinstance(message.id, tuple) and has != wants):
                yield f"{app.relative_to(SOURCE)}: other placeholders in {form!r}"
    wanted_ids = {(message.id, message.context) for message in wanted}
    for entry in known:
        if entry.id and (entry.id, entry.context) not in wanted_ids:
            yield f"{app.relative_to(SOURCE)}: unused {entry.id!r}"


def contradictions() -> Iterator[str]:
    """One English text with several Germans, a line each.

    Django throws all catalogues together, and the first installed app speaks for all: whoever reads the other app
    reads words that were meant for something else. Where both are right, give one of them a context (pgettext).
    """
    found: dict[tuple[Any, str | None], dict[Any, list[str]]] = defaultdict(lambda: defaultdict(list))
    for app in apps():
        for entry in load(catalogue_path(app)):
            if entry.id and entry.string:
                found[entry.id, entry.context][entry.string].append(app.relative_to(SOURCE).as_posix())
    for (text, _context), germans in found.items():
        if len(germans) > 1:
            said = "; ".join(f"{german!r} ({', '.join(where)})" for german, where in germans.items())
            yield f"{text!r} is said in several ways: {said}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("apps", nargs="*", help="app folders: portal, modules/ideas …")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    settings.configure(USE_I18N=True)
    chosen = [SOURCE / name.strip("/") for name in options.apps] or apps()
    if options.check:
        found = [line for app in chosen for line in problems(app)] + list(contradictions())
        print("\n".join(found) or "German is complete.")
        return bool(found)
    if not options.compile:
        for app in chosen:
            update(app)
    compile_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
