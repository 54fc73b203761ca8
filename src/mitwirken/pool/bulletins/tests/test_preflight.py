"""What the check finds, as a table: one flaw, one finding. No database."""

from dataclasses import replace

import pytest

from mitwirken.pool.bulletins import preflight
from mitwirken.pool.bulletins.markup import Text
from mitwirken.pool.bulletins.preflight import Facts, Rendered

SITE = "https://mitwirken.stadt.example"
GOOD = Text(
    "Der Platz wird grün",
    "Guten Tag,\n\n## Wann\n\nam Montag. [Zum Vorhaben](https://mitwirken.stadt.example/vorhaben/)",
)
HTML = "<html><head><style>p{}</style></head><main><h1>Der Platz wird grün</h1><a href='https://a.example/'>Vorhaben</a></main></html>"
PLAIN = "Der Platz wird grün\nVorhaben: https://a.example/"
FACTS = Facts(
    texts={"de": GOOD},
    site=SITE,
    hosts=frozenset(["stadt.example"]),
    reference="Grünplanung der Stadt",
    people={"de": 200, "en": 0, "de-simple": 0},
    rendered={"de": Rendered(HTML, PLAIN, 4_000)},
)


def found(facts):
    return [finding.code for finding in preflight.check(facts)]


def with_body(body):
    return replace(FACTS, texts={"de": replace(GOOD, body=body)})


def test_a_good_bulletin_has_no_finding():
    assert found(FACTS) == []


def test_every_code_is_either_error_or_warning_and_has_a_sentence():
    from mitwirken.pool.bulletins.checking import WORDS

    assert not preflight.ERRORS & preflight.WARNINGS
    assert set(WORDS) == preflight.ERRORS | preflight.WARNINGS


FLAWS = [
    (replace(FACTS, texts={"de": replace(GOOD, subject="  ")}), "no_subject"),
    (replace(FACTS, texts={"de": replace(GOOD, subject="Wort " * 16)}), "long_subject"),
    (replace(FACTS, texts={"de": replace(GOOD, subject="JETZT SOFORT MITMACHEN")}), "shouting"),
    (replace(FACTS, texts={"de": replace(GOOD, subject="Jetzt mitmachen!!")}), "shouting"),
    (replace(FACTS, has_picture=True), "no_alt"),
    (replace(FACTS, has_picture=True, texts={"de": replace(GOOD, alt="IMG_2041.JPG")}), "file_name_as_alt"),
    (replace(FACTS, texts={"en": GOOD}), "no_text"),
    (replace(FACTS, reference=" "), "no_reference"),
    (replace(FACTS, people={"de": 0}), "nobody"),
    (replace(FACTS, people={"de": 9}), "few"),
    (replace(FACTS, people={"de": 90, "en": 1}), "no_english"),
    (replace(FACTS, people={"de": 90, "de-simple": 1}), "no_simple"),
    (replace(FACTS, is_past=True), "past"),
    (replace(FACTS, has_quota=False), "no_quota"),
    (replace(FACTS, rendered={"de": Rendered(HTML, PLAIN, 100_001)}), "heavy"),
    (replace(FACTS, rendered={"de": Rendered(HTML, " ", 10)}), "no_text_part"),
    (replace(FACTS, rendered={"de": Rendered(HTML, "ganz anders https://a.example/", 10)}), "different_text_part"),
    (replace(FACTS, rendered={"de": Rendered(HTML, PLAIN.replace("https", "http"), 10)}), "links_missing"),
    (with_body(""), "no_text"),
    (with_body("am [Bitte ergänzen: Tag]"), "gap"),
    (with_body("Hallo {{ name }}"), "gap"),
    (with_body("Ort: XXX"), "gap"),
    (with_body("Lorem ipsum dolor"), "gap"),
    (with_body("### Klein zuerst"), "skipped_heading"),
    (with_body("[](https://stadt.example/)"), "no_words"),
    (with_body("[hier](https://stadt.example/)"), "vague_words"),
    (with_body("[Hier klicken …](https://stadt.example/)"), "vague_words"),
    (with_body("[Mehr](https://stadt.example/)"), "vague_words"),
    (with_body("[here](https://stadt.example/)"), "vague_words"),
    (with_body("[Zum Plan](stadt.example/plan)"), "broken_link"),
    (with_body("[Zum Plan](https://)"), "broken_link"),
    (with_body("[Zum Plan](https://[kaputt)"), "broken_link"),
    (with_body("[Zum Plan](ftp://stadt.example/plan)"), "broken_link"),
    (with_body("[Mail ans Team](mailto:)"), "broken_link"),
    (with_body("[Zum Plan](http://stadt.example/plan)"), "insecure_link"),
    (with_body("[Zum Plan](https://fremd.example/plan)"), "foreign_link"),
    (with_body("[Zum Plan](https://nichtstadt.example/plan)"), "foreign_link"),
    (with_body("Siehe https://stadt.example/plan"), "bare_address"),
    (replace(with_body(f"[Zum Plan]({SITE}/weg/)"), dead=frozenset([f"{SITE}/weg/"])), "dead_link"),
]


@pytest.mark.parametrize(("facts", "code"), FLAWS)
def test_one_flaw_is_one_finding(facts, code):
    assert found(facts) == [code]


@pytest.mark.parametrize(
    "body",
    [
        "[Mail ans Team](mailto:team@stadt.example)",
        "[Telefon des Teams](tel:0123502211)",
        "[Zum Plan](https://karten.stadt.example/plan)",
        f"[Zur Startseite]({SITE})",
        "## Groß\n\n### Klein\n\n## Groß",
        "Rund 2000 Menschen wohnen dort.",
    ],
)
def test_what_is_right_is_left_alone(body):
    assert found(with_body(body)) == []


def test_our_own_address_is_right_whatever_its_scheme():
    local = replace(with_body("[Zum Plan](http://localhost:8000/plan)"), site="http://localhost:8000")
    assert found(local) == []


def test_plain_language_may_use_the_german_words_for_the_picture():
    texts = {"de": replace(GOOD, alt="Ein Platz mit Bäumen."), "de-simple": GOOD}
    assert found(replace(FACTS, has_picture=True, texts=texts)) == []


def test_errors_come_before_warnings():
    facts = replace(with_body("Siehe https://stadt.example/plan"), reference="")
    assert found(facts) == ["no_reference", "bare_address"]


def test_another_detail_is_another_warning():
    one, two = (
        preflight.check(with_body(f"[Zum Plan](https://{host}/)"))[0] for host in ("eins.example", "zwei.example")
    )
    assert one.key != two.key
