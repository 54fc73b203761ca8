"""What a feature of the pool tells it about itself; the pool itself never names a feature."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .matching import Compiler
from .models import Dispatch, Member

# A finished mail in one language, with slots: (dispatch, choices, lang) -> bytes (see dispatch/render.py).
Renderer = Callable[[Dispatch, list[Any], str], bytes]


@dataclass(frozen=True)
class Panel:
    """A part of the preference centre: a template and what it shows.

    With an anchor it is a section and in the page's contents; without one it is a notice at the head of the page.
    """

    template: str
    context: dict[str, Any] = field(default_factory=dict)
    anchor: str = ""
    title: Any = ""  # lazy translation


@dataclass(frozen=True)
class PublicLink:
    """A way from the pool's first page into a public page of a feature."""

    url_name: str
    label: Any  # lazy translation
    help_text: Any


class Room(models.TextChoices):
    """Under which heading of the pool's staff page a door stands, in this order."""

    WRITE = "write", _("Write and ask")
    PEOPLE = "people", pgettext_lazy("heading", "People")
    LOOK = "look", _("Look and set up")


@dataclass(frozen=True)
class StaffDoor:
    """A way from the pool's staff page into a feature. `waiting(user)` counts what needs this person today."""

    url_name: str
    label: Any  # lazy translation
    help_text: Any
    allowed: Callable[[Any], bool]
    waiting: Callable[[Any], int] = lambda user: 0
    room: Room = Room.LOOK


@dataclass(frozen=True)
class Feature:
    """One thing the pool can do beyond telling of offers, complete in one folder.

    `urls` is a dotted URLconf mounted below ``/mitmachpool/``; `links` stand on the pool's first page, `doors` on
    the page of staff. `renders` maps kinds of dispatch to what writes their mails, `slots` names in these mails to
    what one person reads there (plain ASCII, a token). `words` are further words of a selection (matching.py).
    `archive` maps kinds of dispatch to what the public page of what was sent shows of one, in the version a reader
    asked for. `panel(member, token)` is shown in the preference centre, or None. `export(member)` goes into the
    member's data download as JSON; for the page people read of it, `labels` has words for the slug and for every key
    (None: of use to programs only) and `meanings` words for codes, by key. `erase(members)` runs in the transaction
    that erases these members, for what no foreign key takes along: a few queries, however many members;
    `ended(member, purpose)` in the transaction in which this agreement ended. `figures(start, end)` are lines (label,
    number) of the pool's report; `taking_part(start, end)` are rows with `member` and `took_part`, one for each time
    somebody was asked in person (of all members: whoever counts them asks the consent). `freeze(dispatch, low, high,
    at)` runs in the transaction that wrote down these members and says how many rows it added for another channel,
    `demo(at)` fills the demo.
    """

    slug: str
    urls: str = ""
    links: tuple[PublicLink, ...] = ()
    doors: tuple[StaffDoor, ...] = ()
    renders: Mapping[str, Renderer] = field(default_factory=dict)
    slots: Mapping[str, Callable[[Dispatch, Member], str]] = field(default_factory=dict)
    words: Mapping[str, Compiler] = field(default_factory=dict)
    archive: Mapping[str, Callable[[Dispatch, str], Panel]] = field(default_factory=dict)
    panel: Callable[[Member, str], Panel | None] = lambda member, token: None
    export: Callable[[Member], dict[str, Any]] = lambda member: {}
    labels: Mapping[str, Any] = field(default_factory=dict)
    meanings: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    erase: Callable[[Sequence[Member]], None] = lambda members: None
    ended: Callable[[Member, str], None] = lambda member, purpose: None
    figures: Callable[[Any, Any], Iterable[tuple[Any, int]]] = lambda start, end: ()
    taking_part: Callable[[Any, Any], models.QuerySet[Any] | None] = lambda start, end: None
    freeze: Callable[[Dispatch, int, int, Any], int] = lambda dispatch, low, high, at: 0
    demo: Callable[[Any], None] = lambda at: None


_features: dict[str, Feature] = {}


def register(feature: Feature) -> None:
    """Make a feature known; called once from its AppConfig.ready()."""
    from . import matching
    from .dispatch import render

    _features[feature.slug] = feature
    matching.WORDS.update(feature.words)
    render.RENDERERS.update(feature.renders)
    render.SLOTS.update(feature.slots)


def features() -> list[Feature]:
    """All installed features, in the order of settings.POOL_FEATURES."""
    return list(_features.values())
