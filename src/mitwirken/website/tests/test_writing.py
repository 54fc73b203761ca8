import pytest

from mitwirken.website.marks import found, highlighted
from mitwirken.website.writing import blocks, read


def test_a_file_has_facts_and_blocks():
    text = read("title: Hilfe\nslug: hilfe\n---\n## Fragen\n\nEin **Satz** mit [Link](/kontakt/).\n")

    assert text.facts == {"title": "Hilfe", "slug": "hilfe"}
    assert [block["type"] for block in text.blocks] == ["heading", "paragraph"]
    assert text.blocks[1]["value"] == '<p>Ein <b>Satz</b> mit <a href="/kontakt/">Link</a>.</p>'


def test_lists_tables_and_quotes_are_what_they_look_like():
    made = blocks("- eins\n- zwei\n\n1. erstens\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> Gut gesagt.")

    assert [block["type"] for block in made] == ["paragraph", "paragraph", "table", "quote"]
    assert made[2]["value"]["rows"] == [["1", "2"]]


def test_markup_in_a_text_is_only_text():
    assert blocks("<script>alert(1)</script>")[0]["value"] == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_a_block_that_is_not_closed_is_named():
    with pytest.raises(ValueError, match="fragen"):
        blocks(":::fragen\n### Wie?\nSo.")


def test_marks_are_found_and_shown_but_never_inside_of_tags():
    html = '<a href="/x?[[nein]]">[[Bitte eintragen: Telefon]]</a>'

    assert highlighted(html) == '<a href="/x?[[nein]]"><mark>Bitte eintragen: Telefon</mark></a>'
    assert list(found("a [[b]] c [[ d ]]")) == ["b", "d"]
