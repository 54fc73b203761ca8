"""Who hears of what: one table and many made-up people, asked of the rule and of the database."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import content, matching, nearby, samples
from mitwirken.pool.dispatch import claim, render
from mitwirken.pool.matching import Interests, Offer, Reason
from mitwirken.pool.models import Member
from mitwirken.pool.nearby import Point

# Half a kilometre, one and a half, and four kilometres to the north of the market.
MARKET = Point(51.5136, 7.4653)
BLOCK, WALK, FAR = (Point(MARKET.lat + metres / nearby.DEGREE, MARKET.lon) for metres in (500, 1500, 4000))
PLACES = {"": None, "b": BLOCK, "w": WALK, "f": FAR}

# Offer: topics, districts, kind, channel, place. Interests: topics, districts, kinds, on_site, online, radius.
TABLE = [
    ("everything reaches who chose nothing", ("m", "n", "ideas", "digital", ""), ("", "", "", 1, 1, 0), True),
    ("a chosen topic", ("m", "n", "ideas", "digital", ""), ("m", "", "", 1, 1, 0), True),
    ("another topic", ("m", "n", "ideas", "digital", ""), ("g", "", "", 1, 1, 0), False),
    ("one of several topics", ("mg", "n", "ideas", "digital", ""), ("g", "", "", 1, 1, 0), True),
    ("an offer without topic", ("", "n", "ideas", "digital", ""), ("g", "", "", 1, 1, 0), True),
    ("a chosen district", ("m", "n", "ideas", "digital", ""), ("", "n", "", 1, 1, 0), True),
    ("another district", ("m", "n", "ideas", "digital", ""), ("", "s", "", 1, 1, 0), False),
    ("an offer for the whole city", ("m", "", "ideas", "digital", ""), ("", "s", "", 1, 1, 0), True),
    ("topic fits, district does not", ("m", "n", "ideas", "digital", ""), ("m", "s", "", 1, 1, 0), False),
    ("a chosen kind", ("m", "n", "ideas", "digital", ""), ("", "", "ideas", 1, 1, 0), True),
    ("another kind", ("m", "n", "external", "digital", ""), ("", "", "ideas", 1, 1, 0), False),
    ("digital for those who want on site", ("m", "n", "ideas", "digital", ""), ("", "", "", 1, 0, 0), False),
    ("on site for those who want digital", ("m", "n", "ideas", "analog", ""), ("", "", "", 0, 1, 0), False),
    ("both ways for those who want on site", ("m", "n", "ideas", "hybrid", ""), ("", "", "", 1, 0, 0), True),
    ("both ways for those who want digital", ("m", "n", "ideas", "hybrid", ""), ("", "", "", 0, 1, 0), True),
    ("a place within the radius", ("m", "n", "ideas", "digital", "b"), ("", "", "", 1, 1, 1000), True),
    ("a place just beyond the radius", ("m", "n", "ideas", "digital", "w"), ("", "", "", 1, 1, 1000), False),
    ("a place within a larger radius", ("m", "n", "ideas", "digital", "w"), ("", "", "", 1, 1, 2000), True),
    ("a place beyond every radius", ("m", "n", "ideas", "digital", "f"), ("", "", "", 1, 1, 3000), False),
    ("only a radius, offer without place", ("m", "n", "ideas", "digital", ""), ("", "", "", 1, 1, 1000), False),
    ("only a radius, offer for the whole city", ("m", "", "ideas", "digital", ""), ("", "", "", 1, 1, 1000), True),
    ("the whole city, at a place far away", ("m", "", "ideas", "digital", "f"), ("", "", "", 1, 1, 1000), True),
    ("outside the chosen district, but near", ("m", "n", "ideas", "digital", "b"), ("", "s", "", 1, 1, 1000), True),
    ("in the chosen district, but far", ("m", "n", "ideas", "digital", "f"), ("", "n", "", 1, 1, 1000), True),
    ("neither in the district nor near", ("m", "n", "ideas", "digital", "f"), ("", "s", "", 1, 1, 1000), False),
    ("near, but another topic", ("m", "n", "ideas", "digital", "b"), ("g", "", "", 1, 1, 1000), False),
    ("a place, and who gave none", ("m", "n", "ideas", "digital", "b"), ("", "s", "", 1, 1, 0), False),
]


@pytest.fixture
def places(db):
    topics = {"m": city.topic(), "g": city.topic(code="green", name="Grün")}
    districts = {"n": city.district(), "s": city.district(slug="sued", name="Süd")}
    return topics, districts


def found(selection) -> set[int]:
    """Whom the database finds."""
    sql, values = matching.where(selection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT m.id FROM pool_member m WHERE " + sql, [*values])  # noqa: S608 what is tested
        return {row[0] for row in cursor.fetchall()}


@pytest.mark.parametrize(("case", "offered", "wanted", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_the_rule_and_the_database_agree(places, case, offered, wanted, expected):
    topics, districts = places
    offer = Offer(
        frozenset(topics[sign].pk for sign in offered[0]),
        frozenset(districts[sign].pk for sign in offered[1]),
        *offered[2:4],
        point=PLACES[offered[4]],
    )
    radius = wanted[5] or None
    person = samples.member(
        topics=[topics[sign] for sign in wanted[0]],
        districts=[districts[sign] for sign in wanted[1]],
        kinds=(wanted[2],) if wanted[2] else (),
        on_site=bool(wanted[3]),
        online=bool(wanted[4]),
        point_lat=MARKET.lat if radius else None,
        point_lon=MARKET.lon if radius else None,
        radius=radius,
    )
    hears = matching.fits(offer, content.interests_of(person))
    assert (hears, bool(found(matching.selection_for(offer)))) == (expected, expected)


def some(chance, things, most):
    return chance.sample(things, chance.randint(0, min(most, len(things))))


def somewhere(chance, spread):
    return Point(MARKET.lat + chance.uniform(-spread, spread), MARKET.lon + chance.uniform(-spread, spread))


def test_made_up_people_and_offers_agree_too(places):
    """Sixty people and three hundred offers from a seed: the rule, the database and the claim say the same."""
    chance = random.Random(20261123)  # noqa: S311 the same each time
    topics, districts = (list(group.values()) for group in places)
    people = []
    for _number in range(60):
        home = somewhere(chance, 0.03) if chance.random() < 0.6 else None
        on_site = chance.random() < 0.7
        people.append(
            samples.member(
                topics=some(chance, topics, 2),
                districts=some(chance, districts, 1),
                kinds=some(chance, ["ideas", "external"], 1),
                on_site=on_site,
                online=not on_site or chance.random() < 0.7,
                point_lat=home and home.lat,
                point_lon=home and home.lon,
                radius=chance.choice([500, 1000, 2000, 3000]) if home else None,
            )
        )
    people = list(Member.objects.order_by("pk"))
    interests = {person.pk: content.interests_of(person) for person in people}
    assert claim._interests(people) == interests
    reached = near = 0
    for _number in range(300):
        offer = Offer(
            frozenset(topic.pk for topic in some(chance, topics, 2)),
            frozenset(district.pk for district in some(chance, districts, 2)),
            chance.choice(["ideas", "external", "event"]),
            chance.choice(["analog", "digital", "hybrid"]),
            somewhere(chance, 0.03) if chance.random() < 0.7 else None,
        )
        hears = {pk for pk, wishes in interests.items() if matching.fits(offer, wishes)}
        assert found(matching.selection_for(offer)) == hears
        reached += len(hears)
        near += sum(bool(matching.reason(offer, interests[pk]).metres) for pk in hears)
    assert reached > 1000
    assert near > 100


def test_not_is_the_other_half(places):
    """Each word and its opposite share out all people: no condition is ever unknown."""
    topics, districts = places
    samples.member()
    samples.member(topics=[topics["m"]], districts=[districts["n"]], kinds=["ideas"], online=False)
    samples.member(point_lat=MARKET.lat, point_lon=MARKET.lon, radius=500, plain_language=True, campaign="flyer")
    samples.member(last_asked_at=clock.now(), confirmed_at=None, lang="en", frequency="weekly")
    everybody = set(Member.objects.values_list("pk", flat=True))
    for word in words(topics, districts):
        inside, outside = found(word), found({"not": word})
        assert inside | outside == everybody, word
        assert not inside & outside, word


def words(topics, districts):
    place = {"lat": BLOCK.lat, "lon": BLOCK.lon}
    yesterday = (clock.now() - timedelta(days=1)).isoformat()
    return [
        {"topics": [topics["m"].pk]},
        {"districts": [districts["n"].pk]},
        {"kinds": ["ideas"]},
        {"chose_topics": [topics["m"].pk]},
        {"chose_districts": [districts["n"].pk]},
        {"chose_kinds": ["ideas"]},
        {"ways": ["digital"]},
        {"ways": []},
        {"around": place},
        {"near": {**place, "metres": 1000}},
        {"languages": ["de"]},
        {"frequencies": ["now"]},
        {"channels": [0]},
        {"origin": ["web"]},
        {"campaign": ["flyer"]},
        {"plain_language": True},
        {"plain_language": False},
        {"joined_after": yesterday},
        {"joined_before": yesterday},
        {"not_asked_since": yesterday},
        {"turn": {"seed": "x", "mark": 2**30, "asked": None}},
        {"turn": {"seed": "x", "mark": 2**30, "asked": yesterday}},
        {"and": []},
        {"or": []},
    ]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ({"languages": ["en"]}, "b"),
        ({"languages": ["de", "en"]}, "abc"),
        ({"frequencies": ["weekly"]}, "b"),
        ({"channels": [1]}, "c"),
        ({"plain_language": True}, "b"),
        ({"plain_language": False}, "ac"),
        ({"origin": ["paper", "phone"]}, "c"),
        ({"campaign": ["sommer"]}, "b"),
        ({"joined_after": "2026-05-01T00:00:00+00:00"}, "bc"),
        ({"joined_after": "2026-05-01T02:00:00+02:00"}, "bc"),
        ({"joined_before": "2026-05-01"}, "a"),
        ({"not_asked_since": "2026-06-01T00:00:00+00:00"}, "ac"),
        ({"near": {"lat": MARKET.lat, "lon": MARKET.lon, "metres": 1000}}, "b"),
        ({"near": {"lat": MARKET.lat, "lon": MARKET.lon, "metres": 2000}}, "bc"),
        ({"not": {"or": [{"languages": ["en"]}, {"channels": [1]}]}}, "a"),
        ({"or": [{"languages": ["en"]}, {"channels": [1]}]}, "bc"),
        ({"and": [{"languages": ["de"]}, {"not": {"channels": [1]}}]}, "a"),
    ],
)
def test_every_word_finds_whom_it_says(db, word, expected):
    joined = [datetime(2026, month, 1, tzinfo=UTC) for month in (4, 5, 6)]
    a = samples.member(at=joined[0])
    b = samples.member(
        at=joined[1],
        lang="en",
        frequency="weekly",
        plain_language=True,
        campaign="sommer",
        last_asked_at=datetime(2026, 6, 1, 0, 0, 0, 1, tzinfo=UTC),
        point_lat=BLOCK.lat,
        point_lon=BLOCK.lon,
        radius=500,
    )
    c = samples.member(at=joined[2], channel=1, origin="paper", point_lat=WALK.lat, point_lon=WALK.lon, radius=3000)
    assert found(word) == {{"a": a, "b": b, "c": c}[sign].pk for sign in expected}


def test_the_reason_names_what_both_have_in_common():
    offer = Offer(frozenset({1, 2}), frozenset({7}), "ideas")
    common = matching.reason(offer, Interests(frozenset({2, 3}), frozenset(), frozenset({"ideas"})))
    assert common == Reason(topics=(2,), districts=(), kind="ideas")


@pytest.mark.parametrize(("place", "metres"), [(BLOCK, 500), (WALK, 1500), (MARKET, 100), (FAR, 0), (None, 0)])
def test_the_reason_says_how_far_it_is_in_hundreds(place, metres):
    person = Interests(point=MARKET, radius=2000)
    assert matching.reason(Offer(districts=frozenset({7}), point=place), person).metres == metres


def test_what_a_rule_leaves_out_is_no_reason():
    person = Interests(topics=frozenset({1, 2}), point=MARKET, radius=500)
    near = {"near": {"lat": BLOCK.lat, "lon": BLOCK.lon, "metres": 1000}}
    rule = {"and": [{"topics": [1]}, {"or": [near]}, {"not": {"topics": [2]}}]}
    assert matching.why(rule, person) == Reason(topics=(1,), metres=500)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason(metres=800), "weil es in Ihrer Nähe liegt, 800 m"),
        (Reason(topics=(1,), metres=800), "weil Sie „Klima“ gewählt haben und weil es in Ihrer Nähe liegt, 800 m"),
        (Reason(topics=(1,)), "weil Sie „Klima“ gewählt haben"),
    ],
)
def test_the_mail_says_that_it_is_near(reason, words):
    sentence = render.sentence_of(reason, {"topics": {"1": "Klima"}, "districts": {}})
    assert words in sentence


@pytest.mark.parametrize(
    "selection",
    [{"raw": "1=1"}, {}, {"and": [{"topics": [1]}, {"sql": ""}]}, {"topics": []}, {"at_most": 3}, {"not": {"x": 1}}],
)
def test_a_word_that_is_not_ours_is_refused(selection):
    with pytest.raises(ValueError, match="word"):
        matching.where(selection)


def test_what_staff_type_is_bound_and_never_part_of_the_sql():
    sql, values = matching.where({"kinds": ["x') OR 1=1 --"]})
    assert "1=1" not in sql
    assert values[0] == "x') OR 1=1 --"
    with pytest.raises(ValueError, match="invalid literal"):
        matching.where({"near": {"lat": 51.5, "lon": 7.4, "metres": "1 OR 1=1"}})
