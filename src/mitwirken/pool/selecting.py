"""Choosing people by a rule: what a rule says in words, how many people it reaches, and how a mailing uses it.

For whoever writes to the pool (bulletins, assignments, invitations):

- A *rule* is a JSON tree of the words in matching.py, e.g. ``{"and": [{"topics": [3]}, {"at_most": 200}]}``.
  ``{"and": []}`` is everybody. `rule_form.RuleForm` makes one from what staff choose (a saved selection or a rule
  made on the spot); store it as JSON beside your draft.
- `in_words(rule)` is the rule as a sentence, `count(rule, purpose=…, at=…)` how many people it reaches now,
  `roughly(number)` the count as we show it (below ten: "fewer than 10").
- To send: ``Dispatch.objects.create(…, **for_dispatch(rule, purpose=…, at=…, seed=…))``. It replaces the words
  that depend on the day ("not asked for 90 days", "at most 200") by fixed ones, so that the freeze may stop and
  go on; the hash stays that of the rule as staff wrote it. The seed says who comes first among equals: give the
  name of what you send, so that a second try chooses the same people.
- Who is written to by a task or an invitation counts as asked once the freeze has written them down
  (actions/freezing.py); `at_most` puts people who were never asked first, then those whose turn is longest ago.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mitwirken.city.models import District, Topic
from mitwirken.portal import registry

from . import eligible, matching
from .handful import SMALLEST
from .matching import Selection as Rule
from .models import Channel, Frequency, Member, Origin

EVERYBODY: Rule = {"and": []}
AT_ONCE: Rule = {"frequencies": [str(Frequency.NOW)]}


def count(rule: Rule, *, purpose: str, at: datetime) -> int:
    """How many people would get a mailing with this rule if it were frozen now."""
    rule, most = _without_limit(rule)
    found = eligible.preview(dated(rule, at=at), purpose=purpose, at=at)
    return found if most is None else min(found, most)


def roughly(number: int) -> str:
    """The count as staff see it."""
    if number < SMALLEST:
        return _("fewer than %(number)s") % {"number": SMALLEST}
    return str(number_format(number, force_grouping=True))


def for_dispatch(rule: Rule, *, purpose: str, at: datetime, seed: str) -> dict[str, Any]:
    """The fields of a dispatch that say whom it is for."""
    return {
        "selection": settled(rule, purpose=purpose, at=at, seed=seed),
        "selection_hash": matching.selection_hash(rule),
    }


def settled(rule: Rule, *, purpose: str, at: datetime, seed: str) -> Rule:
    """The same rule without words that depend on the day: what `matching.where` compiles, today and tomorrow."""
    rule, most = _without_limit(rule)
    rule = dated(rule, at=at)
    if most is None:
        return rule
    order, values = matching.turn_order(seed)
    last = eligible.nth(rule, most, order=order, values=values, purpose=purpose, at=at)
    if last is None:
        return rule
    member_id, mark = last
    asked = Member.objects.values_list("last_asked_at", flat=True).get(pk=member_id)
    turn = {"seed": seed, "mark": mark, "asked": asked.isoformat() if asked else None}
    return {"and": [rule, {"turn": turn}]}


def dated(rule: Rule, *, at: datetime) -> Rule:
    """Days counted back from now become a date."""
    word, value = next(iter(rule.items()))
    if word in ("and", "or"):
        return {word: [dated(part, at=at) for part in value]}
    if word == "not":
        return {"not": dated(value, at=at)}
    if word == "not_asked_days":
        return {"not_asked_since": (at - timedelta(days=value)).isoformat()}
    return rule


def _without_limit(rule: Rule) -> tuple[Rule, int | None]:
    """The limit stands at the top, beside the other parts: only there does it mean something."""
    if "at_most" in rule:
        return EVERYBODY, rule["at_most"]
    parts = rule.get("and", [])
    limits = [part["at_most"] for part in parts if "at_most" in part]
    if not limits:
        return rule, None
    return {"and": [part for part in parts if "at_most" not in part]}, min(limits)


def in_words(rule: Rule, names: "Names | None" = None) -> str:
    """The rule as a sentence, for staff and for the record. A list of rules shares its `Names()`."""
    rule, most = _without_limit(rule)
    inner = _said(rule, names or Names())
    if most is not None:
        people = ngettext("At most %(number)s person", "At most %(number)s persons", most)
        start = people % {"number": number_format(most, force_grouping=True)}
        start += ", " + _("first who was never asked or not for the longest time")
    elif inner:
        start = _("Everybody in the people pool to whom this applies")
    else:
        start = _("Everybody in the people pool")
    return f"{start}: {inner}." if inner else f"{start}."


def at_once(rule: Rule) -> Rule:
    """The rule for those only who want mails at once; beside its other parts, where a limit still counts."""
    parts = rule.get("and", [rule])
    return {"and": parts if AT_ONCE in parts else [*parts, AT_ONCE]}


def for_every_pace(rule: Rule) -> Rule:
    """The way back: without that limit."""
    return {"and": [part for part in rule["and"] if part != AT_ONCE]} if "and" in rule else rule


def reaches_every_pace(rule: Rule) -> bool:
    """True if a mailing that leaves at once may reach people who chose weekly or monthly mails."""
    return AT_ONCE not in rule.get("and", [rule])


class Names:
    """What ids are called; asked once."""

    def __init__(self) -> None:
        self._found: dict[Any, dict[Any, str]] = {}

    def of(self, model: Any, values: Iterable[Any]) -> list[str]:
        if model not in self._found:
            self._found[model] = dict(model.objects.values_list("pk", "name"))
        return [self._found[model].get(value, _("(deleted)")) for value in values]


def _said(rule: Rule, names: Names) -> str:
    word, value = next(iter(rule.items()))
    if word in ("and", "or"):
        glue = "; " + (_("and") if word == "and" else _("or")) + " "
        parts = [said for part in value if (said := _said(part, names))]
        text = glue.join(parts)
        return f"({text})" if word == "or" and len(parts) > 1 else text
    if word == "not":
        return _("not: %(rule)s") % {"rule": _said(value, names)}
    return SENTENCES[word](value, names) if word in SENTENCES else str(word)


def _list(words: Iterable[Any]) -> str:
    return str(get_text_list([_("“%s”") % word for word in words], _("or")))


def _labelled(choices: Any) -> Callable[[Iterable[Any]], str]:
    return lambda values: _list(dict(choices).get(value, value) for value in values)


def _kind(slug: str) -> str:
    known = {module.slug: str(module.label) for module in registry.modules()}
    return known.get(slug, slug)


def _near(place: Rule, names: Names) -> str:
    return _("gave a place at most %(metres)s metres from %(lat)s, %(lon)s") % {
        "metres": number_format(place["metres"], force_grouping=True),
        "lat": number_format(place["lat"], decimal_pos=4),
        "lon": number_format(place["lon"], decimal_pos=4),
    }


def _ways(values: list[str], names: Names) -> str:
    words = {"analog": _("on site"), "digital": _("digital"), "hybrid": _("on site and digital")}
    return _("like to take part %(ways)s") % {"ways": get_text_list([words[way] for way in values], _("or"))}


def _not_asked_days(days: int, names: Names) -> str:
    return ngettext("not asked for %(number)s day", "not asked for %(number)s days", days) % {"number": days}


def _on(text: str) -> str:
    return str(date_format(timezone.localtime(datetime.fromisoformat(text)), "DATE_FORMAT"))


# What each word says; a feature that adds a word puts its sentence here in its AppConfig.ready().
SENTENCES: dict[str, Callable[[Any, Names], str]] = {
    "topics": lambda v, n: _("hear of the topic %(names)s, or of all topics") % {"names": _list(n.of(Topic, v))},
    "districts": lambda v, n: (
        _("hear of the district %(names)s, or of the whole city") % {"names": _list(n.of(District, v))}
    ),
    "kinds": lambda v, n: _("like %(names)s, or all kinds of taking part") % {"names": _list(map(_kind, v))},
    "chose_topics": lambda v, n: _("chose the topic %(names)s themselves") % {"names": _list(n.of(Topic, v))},
    "chose_districts": lambda v, n: _("chose the district %(names)s themselves") % {"names": _list(n.of(District, v))},
    "chose_kinds": lambda v, n: _("chose %(names)s themselves") % {"names": _list(map(_kind, v))},
    "ways": _ways,
    "near": _near,
    "frequencies": lambda v, n: _("want mails %(names)s") % {"names": _labelled(Frequency.choices)(v)},
    "languages": lambda v, n: _("read %(names)s") % {"names": _labelled(settings.LANGUAGES)(v)},
    "channels": lambda v, n: _("are reached by %(names)s") % {"names": _labelled(Channel.choices)(v)},
    "origin": lambda v, n: _("came by %(names)s") % {"names": _labelled(Origin.choices)(v)},
    "campaign": lambda v, n: _("came by the campaign %(names)s") % {"names": _list(v)},
    "plain_language": lambda v, n: _("want plain language") if v else _("do not ask for plain language"),
    "joined_after": lambda v, n: _("joined on or after %(date)s") % {"date": _on(v)},
    "joined_before": lambda v, n: _("joined before %(date)s") % {"date": _on(v)},
    "not_asked_since": lambda v, n: _("not asked since %(date)s") % {"date": _on(v)},
    "not_asked_days": _not_asked_days,
    "turn": lambda v, n: _("whose turn it is"),
}
