"""What the few signs become, and that nothing else gets through."""

import pytest

from mitwirken.pool.bulletins import markup

PARAGRAPHS = [
    ("", ""),
    ("   \n\n ", ""),
    ("Guten Tag", "<p>Guten Tag</p>"),
    ("eins\nzwei", "<p>eins<br>zwei</p>"),
    ("eins\r\n\r\nzwei", "<p>eins</p>\n<p>zwei</p>"),
    ("## Wann", "<h2>Wann</h2>"),
    ("### Wo\nHier", "<h3>Wo</h3>\n<p>Hier</p>"),
    ("#### kein Titel", "<p>#### kein Titel</p>"),
    ("# kein Titel", "<p># kein Titel</p>"),
    ("- eins\n- zwei", "<ul><li>eins</li><li>zwei</li></ul>"),
    ("1. eins\n2) zwei", "<ol><li>eins</li><li>zwei</li></ol>"),
    ("Liste:\n- eins\n\nEnde", "<p>Liste:</p>\n<ul><li>eins</li></ul>\n<p>Ende</p>"),
    ("2026 war gut", "<p>2026 war gut</p>"),
    ("**wichtig** und 2 ** 3", "<p><strong>wichtig</strong> und 2 ** 3</p>"),
    (
        "[Zum Plan](https://stadt.example/a?b=1&c=2)",
        '<p><a href="https://stadt.example/a?b=1&amp;c=2">Zum Plan</a></p>',
    ),
    ("[Anrufen](tel:0123502211)", '<p><a href="tel:0123502211">Anrufen</a></p>'),
]
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[klick](javascript:alert(1))",
    "[klick](JaVaScRiPt:alert(1))",
    "[klick](data:text/html,<b>)",
    '[klick](https://a.example/"onmouseover="x)',
    '**"><b>**',
]


@pytest.mark.parametrize(("text", "html"), PARAGRAPHS)
def test_signs_become_html(text, html):
    assert markup.html(text) == html


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_gets_through(text):
    made = markup.html(text)
    assert "<script" not in made
    assert "<img" not in made
    assert "<b>" not in made
    assert 'href="javascript' not in made.lower()
    assert 'href="data' not in made
    assert '"onmouseover' not in made
    assert "\x02" not in made


def test_nobody_can_write_the_signs_that_stand_for_a_persons_own_links():
    text = markup.Text("a\x02settings\x03", "[x](https://boese.example/?\x02settings\x03)", "\x02leave\x03")
    assert (text.subject, text.body, text.alt) == ("asettings", "[x](https://boese.example/?settings)", "leave")


def test_plain_text_names_every_address():
    text = "## Wann\n\n- [Zum Plan](https://stadt.example/a)\n- **morgen**\n\n[a@stadt.example](mailto:a@stadt.example)"
    assert markup.plain(text) == "Wann\n====\n\n- Zum Plan: https://stadt.example/a\n- morgen\n\na@stadt.example"


def test_links_are_found_as_they_were_written():
    text = "[](https://a.example) und [hier]( ) und [da](kaputt), https://b.example/x"
    assert [(link.words, link.url) for link in markup.links(text)] == [("", "https://a.example"), ("da", "kaputt")]
    assert list(markup.bare_addresses(text)) == ["https://b.example/x"]
