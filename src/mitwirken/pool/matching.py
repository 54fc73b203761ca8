"""Who hears of what: the rule, once for one person and once for a million. No database, no clock.

The rule in words (the pages say the same): an offer reaches you if you chose one of its topics, one of its
districts, its kind and its way of taking part. Whoever chose nothing in a group gets everything of it. An
offer without topic or district concerns everyone. Who gave a point and a radius hears of what lies within it,
besides the chosen districts; with a radius and no districts only of that and of what concerns the whole city.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from . import nearby
from .nearby import Point

Selection = dict[str, Any]
Compiler = Callable[[Any], tuple[str, list[Any]]]


class _Edge(Enum):
    """A place among the parameters for the range of members that is looked at."""

    LOW = "low"
    HIGH = "high"


LOW, HIGH = _Edge.LOW, _Edge.HIGH
EVERYBODY = 2**63 - 1


@dataclass(frozen=True)
class Offer:
    """What matching needs to know of an offer; ids and codes only."""

    topics: frozenset[int] = frozenset()
    districts: frozenset[int] = frozenset()
    kind: str = ""
    channel: str = "digital"
    point: Point | None = None


@dataclass(frozen=True)
class Interests:
    """What a person chose; an empty set means: everything."""

    topics: frozenset[int] = frozenset()
    districts: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    on_site: bool = True
    online: bool = True
    point: Point | None = None
    radius: int | None = None  # metres around the point

    def is_near(self, place: Point | None) -> bool:
        """True if this person asked for what lies around them, and the place does."""
        if place is None or self.point is None or self.radius is None:
            return False
        return nearby.is_within(place, self.point, self.radius)


@dataclass(frozen=True)
class Reason:
    """Which choices led to a mail. All empty: the person chose everything."""

    topics: tuple[int, ...] = ()
    districts: tuple[int, ...] = ()
    kind: str = ""
    # How far away it is, in hundreds of metres rounded up; 0: distance was not what led to it.
    metres: int = 0

    def key(self) -> str:
        return json.dumps([self.topics, self.districts, self.kind, self.metres])


def fits(offer: Offer, interests: Interests) -> bool:
    """True if this person wants to hear of this offer."""
    return (
        (not offer.topics or not interests.topics or bool(offer.topics & interests.topics))
        and _place_fits(offer, interests)
        and (not interests.kinds or offer.kind in interests.kinds)
        and (
            (offer.channel in ("analog", "hybrid") and interests.on_site)
            or (offer.channel in ("digital", "hybrid") and interests.online)
        )
    )


def _place_fits(offer: Offer, interests: Interests) -> bool:
    if not offer.districts or (not interests.districts and interests.radius is None):
        return True
    return bool(offer.districts & interests.districts) or interests.is_near(offer.point)


def reason(offer: Offer, interests: Interests) -> Reason:
    """The choices both have in common: what the mail names as its cause."""
    return Reason(
        topics=tuple(sorted(offer.topics & interests.topics)),
        districts=tuple(sorted(offer.districts & interests.districts)),
        kind=offer.kind if offer.kind in interests.kinds else "",
        metres=_metres(offer.point, interests),
    )


def _metres(place: Point | None, interests: Interests) -> int:
    if place is None or interests.point is None or not interests.is_near(place):
        return 0
    return nearby.rounded(nearby.metres(place, interests.point))


def why(selection: Selection, interests: Interests) -> Reason:
    """The choices of this person that a selection asked for: what a mail beyond offers names as its cause."""
    asked: dict[str, set[Any]] = {"topics": set(), "districts": set(), "kinds": set()}
    places: list[Selection] = []
    _collect(selection, asked, places)
    kinds = sorted(asked["kinds"] & interests.kinds)
    return Reason(
        topics=tuple(sorted(asked["topics"] & interests.topics)),
        districts=tuple(sorted(asked["districts"] & interests.districts)),
        kind=kinds[0] if kinds else "",
        metres=min((found for found in (_distance(place, interests) for place in places) if found), default=0),
    )


def _collect(selection: Selection, asked: dict[str, set[Any]], places: list[Selection]) -> None:
    """What the rule asks for; what stands under "not" led to nobody."""
    for word, value in selection.items():
        if word in ("and", "or"):
            for part in value:
                _collect(part, asked, places)
        elif word in asked:
            asked[word].update(value)
        elif word == "near":
            places.append(value)


def _distance(near: Selection, interests: Interests) -> int:
    place = Point(near["lat"], near["lon"])
    if interests.point is None or interests.radius is None:
        return 0
    if not nearby.is_within(place, interests.point, near["metres"]):
        return 0
    return nearby.rounded(nearby.metres(place, interests.point))


def selection_for(offer: Offer) -> Selection:
    """The same rule as data: who is to hear of this offer."""
    rules: list[Selection] = []
    if offer.topics:
        rules.append({"topics": sorted(offer.topics)})
    if offer.districts and offer.point:
        around = {"around": {"lat": offer.point.lat, "lon": offer.point.lon}}
        rules.append({"or": [{"districts": sorted(offer.districts)}, around]})
    elif offer.districts:
        rules.append({"districts": sorted(offer.districts)})
    rules += [{"kinds": [offer.kind]}, {"ways": [offer.channel]}]
    return {"and": rules}


def selection_hash(selection: Selection) -> str:
    """The name of a rule: equal rules have equal names."""
    return hashlib.sha256(json.dumps(selection, sort_keys=True).encode()).hexdigest()


def where(selection: Selection, *, low: int = 0, high: int = EVERYBODY) -> tuple[str, list[Any]]:
    """Compile a selection to an SQL condition on ``pool_member m`` and its parameters.

    True for members with ``low < id <= high`` only, wherever choices are looked up: who goes through the members
    range by range does not look at everybody's choices each time.
    Only the words below exist; values are always bound, ids are resolved before (a planner that sees
    constants is fast). Every condition is true or false, never NULL. Runs on SQLite and PostgreSQL. Raises
    ValueError for an unknown word, a word without values, and a word that `selecting.settled` has to replace.
    """
    sql, values = _compiled(selection)
    edges = {LOW: low, HIGH: high}
    return sql, [edges[value] if isinstance(value, _Edge) else value for value in values]


def _compiled(selection: Selection) -> tuple[str, list[Any]]:
    if len(selection) != 1:
        raise ValueError("A rule has exactly one word.")
    word, value = next(iter(selection.items()))
    try:
        compiler = WORDS[word]
    except KeyError:
        raise ValueError(f"Unknown word in selection: {word}") from None
    return compiler(value)


def _joined(glue: str, nothing: str) -> Compiler:
    def compile_all(parts: list[Selection]) -> tuple[str, list[Any]]:
        pairs = [_compiled(part) for part in parts]
        if not pairs:
            return nothing, []
        return "(" + glue.join(sql for sql, _ in pairs) + ")", [value for _, more in pairs for value in more]

    return compile_all


def _not(part: Selection) -> tuple[str, list[Any]]:
    sql, values = _compiled(part)
    return f"(NOT {sql})", values


def _marks(values: list[Any]) -> str:
    if not values:
        raise ValueError("A word in a selection needs at least one value.")
    return ", ".join(["%s"] * len(values))


def _chose(table: str, column: str) -> Compiler:
    """Who chose one of these, in so many words."""

    def compile_choice(values: list[Any]) -> tuple[str, list[Any]]:
        return (
            f"m.id IN (SELECT c.member_id FROM {table} c WHERE c.{column} IN ({_marks(values)}) "  # noqa: S608 names are ours, values are bound
            "AND c.member_id > %s AND c.member_id <= %s)",
            [*values, LOW, HIGH],
        )

    return compile_choice


def _wants(everything: str, table: str, column: str) -> Compiler:
    """Who wants one of these: chose it, or chose everything."""
    chose = _chose(table, column)

    def compile_choice(values: list[Any]) -> tuple[str, list[Any]]:
        sql, bound = chose(values)
        return f"({everything} OR {sql})", bound

    return compile_choice


def _is_one_of(column: str) -> Compiler:
    return lambda values: (f"m.{column} IN ({_marks(values)})", list(values))


def _ways(values: list[str]) -> tuple[str, list[Any]]:
    columns = []
    if {"analog", "hybrid"} & set(values):
        columns.append("m.on_site")
    if {"digital", "hybrid"} & set(values):
        columns.append("m.online")
    return "(" + (" OR ".join(columns) or "1 = 0") + ")", []


def _plain_language(wanted: bool) -> tuple[str, list[Any]]:
    return ("m.plain_language" if wanted else "(NOT m.plain_language)"), []


def _around(place: Selection) -> tuple[str, list[Any]]:
    """Whose own radius reaches this place."""
    return nearby.compiled(Point(place["lat"], place["lon"]), "m.radius * m.radius", FARTHEST)


def _near(place: Selection) -> tuple[str, list[Any]]:
    """Whose point lies within so many metres of this place, however far their own radius reaches."""
    reach = int(place["metres"])
    return nearby.compiled(Point(place["lat"], place["lon"]), str(reach * reach), reach)


def _since(column: str, sign: str) -> Compiler:
    return lambda moment: (f"(m.{column} IS NOT NULL AND m.{column} {sign} %s)", [_moment(moment)])


def _not_asked_since(moment: str) -> tuple[str, list[Any]]:
    return "(m.last_asked_at IS NULL OR m.last_asked_at < %s)", [_moment(moment)]


def _moment(text: str) -> str:
    """As both databases compare it: UTC without offset."""
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def _turn(turn: Selection) -> tuple[str, list[Any]]:
    """Whose turn it is: everybody last asked before this moment, and of those of the moment whom the dice put first."""
    order, values = turn_order(turn["seed"])
    if turn["asked"] is None:
        return f"(m.last_asked_at IS NULL AND {order} <= %s)", [*values, turn["mark"]]
    moment = _moment(turn["asked"])
    return (
        "(m.last_asked_at IS NULL OR m.last_asked_at < %s "
        f"OR (m.last_asked_at IS NOT NULL AND m.last_asked_at = %s AND {order} <= %s))",
        [moment, moment, *values, turn["mark"]],
    )


def turn_order(seed: str) -> tuple[str, list[Any]]:
    """SQL for a member's place in a shuffled order: the same seed, the same order, on both databases.

    A line modulo a prime: no two members share a place, and over all seeds any two places are equally likely.
    It spreads work fairly; a draw for a panel is something else.
    """
    digest = hashlib.sha256(f"pool.turn|{seed}".encode()).digest()
    factor = int.from_bytes(digest[:8], "big") % (PRIME - 1) + 1
    shift = int.from_bytes(digest[8:16], "big") % PRIME
    return "(((m.id %% %s) * %s + %s) %% %s)", [PRIME, factor, shift, PRIME]


def _unsettled(word: str) -> Compiler:
    def refuse(value: Any) -> tuple[str, list[Any]]:
        raise ValueError(f"The word {word} depends on the day: use selecting.settled(rule, …) first.")

    return refuse


# The largest radius a member can choose, in metres.
FARTHEST = 3_000
# Mersenne's prime: the product of two smaller numbers fits 64 bits.
PRIME = 2**31 - 1
TOPICS, DISTRICTS = ("pool_membertopic", "topic_id"), ("pool_memberdistrict", "district_id")
KINDS = ("pool_memberkind", "kind")

# Features may add words of their own (features.py).
WORDS: dict[str, Compiler] = {
    "and": _joined(" AND ", "(1 = 1)"),
    "or": _joined(" OR ", "(1 = 0)"),
    "not": _not,
    "topics": _wants("m.all_topics", *TOPICS),
    "districts": _wants("(m.all_districts AND m.radius IS NULL)", *DISTRICTS),
    "kinds": _wants("m.all_kinds", *KINDS),
    "chose_topics": _chose(*TOPICS),
    "chose_districts": _chose(*DISTRICTS),
    "chose_kinds": _chose(*KINDS),
    "ways": _ways,
    "around": _around,
    "near": _near,
    "frequencies": _is_one_of("frequency"),
    "languages": _is_one_of("lang"),
    "channels": _is_one_of("channel"),
    "origin": _is_one_of("origin"),
    "campaign": _is_one_of("campaign"),
    "plain_language": _plain_language,
    "joined_after": _since("confirmed_at", ">="),
    "joined_before": _since("confirmed_at", "<"),
    "not_asked_since": _not_asked_since,
    "turn": _turn,
    "not_asked_days": _unsettled("not_asked_days"),
    "at_most": _unsettled("at_most"),
}
