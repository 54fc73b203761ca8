"""One person's data as a page: words instead of keys and codes, days instead of numbers, and nothing empty."""

from collections import ChainMap
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mitwirken.portal import registry

from .features import features
from .models import ConsentAction, Frequency, Origin, Purpose, TraitKind
from .models.outbox import REASONS
from .models.traits import VALUES

# The words beside the keys of the JSON; what a feature adds has its words in `Feature.labels`.
LABELS = {
    "email": gettext_lazy("E-mail address"),
    "postal_address": gettext_lazy("Postal address"),
    "name": gettext_lazy("Name"),
    "street": gettext_lazy("Street and house number"),
    "postcode": gettext_lazy("Postcode"),
    "town": gettext_lazy("Town"),
    "phone_number": gettext_lazy("Telephone number"),
    "channel": gettext_lazy("Way to you"),
    "status": gettext_lazy("State"),
    "language": gettext_lazy("Language"),
    "plain_language": gettext_lazy("Plain language"),
    "access_needs": gettext_lazy("What helps at events"),
    "frequency": gettext_lazy("How often"),
    "topics": gettext_lazy("Topics"),
    "districts": gettext_lazy("Districts"),
    "point": gettext_lazy("Point (latitude, longitude)"),
    "radius": gettext_lazy("Radius in metres"),
    "kinds": gettext_lazy("Kinds of taking part"),
    "on_site": gettext_lazy("On site"),
    "digital": gettext_lazy("Digital"),
    "joined_by": gettext_lazy("Joined by"),
    "campaign": gettext_lazy("Code of the flyer or poster"),
    "created_at": gettext_lazy("Noted at"),
    "asked_at": gettext_lazy("Asked to join at"),
    "confirmed_at": gettext_lazy("Confirmed at"),
    "paused_until": gettext_lazy("Pause until"),
    "last_activity_at": gettext_lazy("Last sign of you"),
    "last_asked_at": gettext_lazy("Last picked for a task or a draw"),
    "asked_to_stay_at": gettext_lazy("Asked whether to stay at"),
    "answers_for_draws": gettext_lazy("Answers for draws"),
    "consents": gettext_lazy("Agreements"),
    "mails": gettext_lazy("Messages"),
    "number": None,  # the list counts by itself
    "at": gettext_lazy("When"),
    "action": gettext_lazy("What"),
    "purpose": gettext_lazy("For what"),
    "where": gettext_lazy("Where"),
    "version": gettext_lazy("Version of the words"),
    "words": gettext_lazy("Words"),
    "proof": gettext_lazy("Check number"),
    "what": gettext_lazy("What"),
    "state": gettext_lazy("State"),
    "sent_at": gettext_lazy("Sent at"),
    "why_not": gettext_lazy("Why not"),
    **dict(TraitKind.choices),
}
# Where somebody agreed or withdrew, as the ledger notes it; before a colon, with the place of the paper behind it.
PLACES = {
    "settings": gettext_lazy("in the settings"),
    "leave": gettext_lazy("behind the link in a mail"),
    "one-click": gettext_lazy("with the button of the mail program"),
    "mail": gettext_lazy("with a mail to us"),
    "staff": gettext_lazy("noted by the city"),
    "erase": gettext_lazy("when the membership was deleted"),
    "restore": gettext_lazy("once more after a backup was restored"),
    "new address": gettext_lazy("when the address changed"),
    "signed": gettext_lazy("signed on paper"),
    "call": gettext_lazy("on the telephone"),
    "parents": gettext_lazy("signed by a parent"),
    "merge": gettext_lazy("when two memberships were put together"),
}
# What stands in a line; longer lists have a line for each.
SHORT = 60


def parts_of(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The facts for the page: each with its words, as a text, as lines, as parts of its own, or as rows of parts."""
    said, own = meanings(), {feature.slug: feature.labels for feature in features()}
    found = []
    for key, value in facts.items():
        words = ChainMap(dict(own.get(key, {})), LABELS)
        if key in own and isinstance(value, dict) and len(value) == 1:
            # A feature that tells one thing: one heading is enough.
            (only,) = value.values()
            value = only if isinstance(only, dict | list) else value
        found += _parts({key: value}, words, said)
    return _lines_first(found)


def meanings() -> dict[str, dict[str, Any]]:
    """What a code in the JSON means, by its key: the page says it in words."""
    found: dict[str, dict[str, Any]] = {
        "language": dict(settings.LANGUAGES),
        "frequency": dict(Frequency.choices),
        "kinds": {module.slug: module.label for module in registry.modules()},
        "joined_by": dict(Origin.choices),
        "channel": dict(Origin.choices),
        "action": dict(ConsentAction.choices),
        "purpose": dict(Purpose.choices),
        "where": {**PLACES, reverse("pool:join"): gettext_lazy("on the sign-up page")},
        "why_not": REASONS,
        **{str(kind): dict(answers) for kind, answers in VALUES.items()},
    }
    for feature in features():
        for key, words in feature.meanings.items():
            found[key] = {**found.get(key, {}), **words}
    return found


def _parts(facts: Mapping[str, Any], words: Mapping[str, Any], said: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    told = {key: value for key, value in facts.items() if not _is_empty(value) and words.get(key, key) is not None}
    return _lines_first(
        [{"label": _label(key, words), **_shape(value, key, words, said)} for key, value in told.items()]
    )


def _lines_first(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Below a heading stands what belongs to it: plain lines come before the first one."""
    return sorted(parts, key=lambda part: "text" not in part)


def _label(key: str, words: Mapping[str, Any]) -> str:
    return str(words.get(key) or key.replace("_", " ").capitalize())


def _is_empty(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_empty, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_empty, value))
    return value is None or value == ""


def _shape(value: Any, key: str, words: Mapping[str, Any], said: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if isinstance(value, dict):
        return {"parts": _parts(value, words, said)}
    if isinstance(value, list | tuple):
        if all(isinstance(row, dict) for row in value):
            return {"rows": [_parts(row, words, said) for row in value if not _is_empty(row)]}
        lines = [_line(line, said.get(key, {})) for line in value if not _is_empty(line)]
        return {"lines": lines} if len("".join(lines)) > SHORT else {"text": ", ".join(lines)}
    return {"text": _line(value, said.get(key, {}))}


def _line(value: Any, meant: Mapping[Any, Any]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j. F Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j. F Y")
    if isinstance(value, list | tuple):
        return ": ".join(_line(part, meant) for part in value if not _is_empty(part))
    if value in meant:
        return str(meant[value])
    known, colon, rest = str(value).partition(": ")
    if colon and known in meant:
        return f"{meant[known]}: {rest}"
    return _("all") if value == "all" else str(value)
