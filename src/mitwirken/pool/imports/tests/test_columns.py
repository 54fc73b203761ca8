"""From cells to a person: what is understood, and the first thing that is wrong."""

from datetime import date

import pytest

from mitwirken.pool.imports.columns import Problem, Reader, guess, missing, plain

HEADING = [
    "E-Mail", "Name", "Straße", "PLZ", "Ort", "Themen", "Sprache", "Häufigkeit", "Einwilligung am", "Quelle",
    "Aktenzeichen",
]  # fmt: skip
GOOD = dict(zip(HEADING, ["a@b.de", "", "", "", "", "", "", "", "14.03.2025", "Bogen", "Blatt 1"], strict=True))
LETTER = GOOD | {"E-Mail": "", "Name": "Max", "Straße": "Weg 5", "PLZ": "12345", "Ort": "Ort"}


def person(start=GOOD, **cells):
    reader = Reader(
        guess(HEADING), len(HEADING), date(2026, 11, 1), {plain("Mobilität"): 1, plain("Sport, Spiel"): 2}, {}
    )
    return reader.person(list((start | cells).values()))


def test_columns_are_found_by_name_and_the_evidence_is_asked_for():
    assert set(guess(HEADING)) == {
        "email", "name", "street", "postcode", "town", "topics", "lang", "frequency", "consent_date",
        "consent_source", "consent_file",
    }  # fmt: skip
    assert missing(guess(["E-Mail", "Quelle"])) == ["consent_date", "consent_file"]
    assert missing(guess(["Name", "Quelle", "Aktenzeichen", "Einwilligung am"])) == ["email"]
    assert missing(guess(["Vorname", "Nachname", "Straße", "PLZ", "Ort", "Quelle", "Az", "Einwilligung am"])) == []


def test_a_full_row_is_a_person():
    found = person(Themen="mobilitaet; Sport, Spiel", Sprache="Englisch", Häufigkeit="monatlich")
    assert (found.email, found.lang, found.frequency) == ("a@b.de", "en", "monthly")
    assert found.evidence == "Bogen; Blatt 1"
    assert found.agreed_on == date(2025, 3, 14)


def test_who_has_no_mail_gets_letters():
    assert person(LETTER).by_letter


@pytest.mark.parametrize("day", ["14.03.2025", "2025-03-14", "14.03.25", "14/03/2025", "2025-03-14 00:00:00"])
def test_dates_as_people_and_spreadsheets_write_them(day):
    assert person(**{"Einwilligung am": day}).agreed_on == date(2025, 3, 14)


@pytest.mark.parametrize(
    ("start", "cells", "code"),
    [
        (GOOD, {"E-Mail": "kein at"}, "email"),
        (GOOD, {"E-Mail": "a@b"}, "email"),
        (GOOD, {"E-Mail": "a@b.de\r\nBcc: x@y.de"}, "email"),
        (GOOD, {"E-Mail": "a..b@c.de"}, "email"),
        (GOOD, {"E-Mail": "x" * 250 + "@b.de"}, "email"),
        (GOOD, {"E-Mail": "a@b.de; c@d.de"}, "email"),
        (GOOD, {"E-Mail": "<a@b.de>"}, "email"),
        (GOOD, {"E-Mail": "müller@b.de"}, "email"),
        (GOOD, {"E-Mail": ""}, "no_address"),
        (GOOD, {"E-Mail": "-"}, "no_address"),
        (GOOD, {"E-Mail": "=HYPERLINK(1)"}, "formula"),
        (GOOD, {"Quelle": "+cmd|' /C calc'!A0"}, "formula"),
        (GOOD, {"Quelle": "@SUM(1)"}, "formula"),
        (GOOD, {"Einwilligung am": ""}, "no_evidence"),
        (GOOD, {"Quelle": ""}, "no_evidence"),
        (GOOD, {"Aktenzeichen": ""}, "no_evidence"),
        (GOOD, {"Quelle": "x" * 61}, "evidence_long"),
        (GOOD, {"Einwilligung am": "31.02.2025"}, "date"),
        (GOOD, {"Einwilligung am": "gestern"}, "date"),
        (GOOD, {"Einwilligung am": "01.01.2027"}, "future"),
        (GOOD, {"Einwilligung am": "01.01.1900"}, "long_ago"),
        (GOOD, {"Themen": "Mobilität, Unsinn"}, "topic"),
        (GOOD, {"Sprache": "Latein"}, "lang"),
        (GOOD, {"Häufigkeit": "nie"}, "frequency"),
        (LETTER, {"Ort": ""}, "postal"),
        (LETTER, {"PLZ": "1234"}, "postcode"),
        (LETTER, {"Name": "x" * 121}, "too_long"),
    ],
)
def test_what_is_wrong_is_named(start, cells, code):
    with pytest.raises(Problem) as refused:
        person(start, **cells)
    assert refused.value.code == code


def test_more_cells_than_columns_are_refused_unless_empty():
    reader = Reader(guess(HEADING), len(HEADING), date(2026, 11, 1))
    assert reader.person([*GOOD.values(), "", ""]).email == "a@b.de"
    with pytest.raises(Problem) as refused:
        reader.person([*GOOD.values(), "x"])
    assert refused.value.code == "columns"
