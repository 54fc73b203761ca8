"""The texts of the city: there, findable, honest about what is still open."""

import itertools
import json
import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from mitwirken.city.models import CitySettings
from mitwirken.core import clock
from mitwirken.website import actions, checks
from mitwirken.website.blocks import LinkCard, Picture
from mitwirken.website.models import ContentPage, FundingOpportunity, LegalPage, LocalRight, NewsPage
from mitwirken.website.tests.conftest import CONTENT

MANDATORY = [
    "/hilfe/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/barriere-melden/",
    "/kontakt/",
    "/leichte-sprache/",
    "/gebaerdensprache/",
    "/netiquette/",
    "/nutzungsbedingungen/",
    "/offene-daten/",
    "/mitwirkung/",
    "/foerdermoeglichkeiten/",
    "/rechte/",
    "/aktuelles/",
    "/suche/",
    "/uebersicht/",
    "/",
]


def test_every_mandatory_page_has_a_title_of_its_own_and_one_h1(client, site):
    titles = set()
    for address in MANDATORY:
        answer = client.get(address)
        html = answer.content.decode()
        assert answer.status_code == 200, address
        assert len(re.findall(r"<h1\b", html)) == 1, address
        titles.add(re.search(r"<title>(.*?)</title>", html, re.S)[1].strip())

    assert len(titles) == len(MANDATORY)


def test_every_link_of_a_text_leads_somewhere(client, site):
    client.raise_request_exception = True
    dead = set()
    for page in ContentPage.objects.live():
        for address in re.findall(r'(?:href=\\?"|"address": ")(/[^"\\]*)', json.dumps(page.body.get_prep_value())):
            if client.get(urlsplit(address).path).status_code != 200:
                dead.add((page.slug, address))

    assert dead == set()


def test_loading_twice_makes_no_second_page(site):
    assert actions.load_pages(CONTENT) == 0


def test_what_editors_wrote_survives_a_reload(site):
    page = ContentPage.objects.get(slug="mitwirkung")
    page.introduction = "Anders."
    page.save()
    actions.load_pages(CONTENT)

    assert ContentPage.objects.get(slug="mitwirkung").introduction == "Anders."


def test_every_heading_level_follows_the_one_before(client, site):
    for address in MANDATORY:
        html = client.get(address).content.decode()
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", html)]
        jumps = [(a, b) for a, b in itertools.pairwise(levels) if b > a + 1]
        assert not jumps, address


def test_open_places_are_marked_on_the_page_and_listed_for_staff(client, site):
    html = client.get("/impressum/").content.decode()
    listed = [finding.what for finding in checks.open_marks()]

    assert "<mark>Bitte eintragen: Telefonnummer</mark>" in html
    assert "[[" not in html
    assert "Bitte eintragen: Telefonnummer" in listed


def test_the_strict_check_fails_while_something_is_open(site, capsys):
    with pytest.raises(SystemExit):
        call_command("check_texts", "--strict")

    assert "Impressum: Bitte eintragen" in capsys.readouterr().out


def test_a_legal_page_nobody_looked_at_for_a_year_is_reported(site):
    LegalPage.objects.update(reviewed_on=date(2030, 1, 1))
    LegalPage.objects.filter(slug="impressum").update(reviewed_on=date(2028, 12, 1))
    found = [finding.where for finding in checks.overdue(on=date(2030, 1, 1)) if "Impressum" in finding.where]

    assert found == ["Impressum"]


def test_list_entries_that_ran_out_are_hidden_and_reported(client, site):
    today = clock.today()
    FundingOpportunity.objects.filter(key="heimat-preis").update(valid_until=today - timedelta(days=1))

    assert "Heimat-Preis" not in re.sub(r"<title>.*", "", client.get("/foerdermoeglichkeiten/").content.decode())
    assert "Heimat-Preis" in [finding.where for finding in checks.overdue(on=today)]


def test_every_right_names_its_source_and_the_day_of_its_check(client, site):
    html = client.get("/rechte/").content.decode()

    assert html.count("Zuletzt geprüft") >= LocalRight.objects.count()
    assert "8.000" in html


def test_leichte_sprache_says_one_short_sentence_per_line(client, site):
    page = ContentPage.objects.get(slug="leichte-sprache")
    sentences = [line for block in page.body if block.block_type == "easy" for line in block.value["sentences"]]
    html = client.get("/leichte-sprache/").content.decode()

    assert all(len(line.split()) <= 12 for line in sentences)
    assert not [line for line in sentences if re.search(r"[()]|\bz\. ?B\.|\bwürde|\bhätte", line)]
    assert 'lang="de-simple"' in html


def test_without_a_film_its_words_are_there_and_nothing_else_is_loaded(client, site):
    answer = client.get("/mitwirkung/")
    html = answer.content.decode()

    assert "Der Film kommt noch" in html
    assert "Eine Stimme erzählt" in html
    assert "<iframe" not in html
    assert "frame-src" not in answer["Content-Security-Policy"]


def test_a_film_loads_only_after_a_click_and_only_from_where_the_city_keeps_it(client, site):
    CitySettings.objects.update(
        video_url="https://film.stadt.example/embed/1",
        video_page_url="https://film.stadt.example/1",
        video_provider="Stadtfilm",
    )
    answer = client.get("/mitwirkung/")
    html = answer.content.decode()

    assert "Stadtfilm" in html
    assert "<iframe" not in html
    assert "frame-src https://film.stadt.example" in answer["Content-Security-Policy"]
    assert "frame-src" not in client.get("/hilfe/")["Content-Security-Policy"]


def test_a_film_that_is_a_file_gets_captions_from_our_own_address(client, site):
    CitySettings.objects.update(video_url="https://film.stadt.example/film.mp4", video_track="WEBVTT")
    html = client.get("/mitwirkung/").content.decode()
    captions = client.get(re.search(r'data-track="([^"]+)"', html)[1])

    assert captions["Content-Type"] == "text/vtt; charset=utf-8"
    assert captions.content == b"WEBVTT"


def test_the_footer_note_is_the_citys_own(client, site):
    CitySettings.objects.update(footer_note="Nur für Prüfzwecke.")

    assert "Nur für Prüfzwecke." in client.get("/").content.decode()


@pytest.mark.parametrize("value", ["javascript:alert(1)", "//fremd.example/", "http://unsicher.example/", "mitmachen"])
def test_a_card_links_only_to_safe_addresses(value):
    with pytest.raises(Exception, match=r".*"):
        LinkCard().clean({"title": "x", "address": value, "text": ""})


@pytest.mark.parametrize(("alt", "decorative"), [("", False), ("Ein Platz", True)])
def test_a_picture_needs_exactly_one_decision_about_its_text(alt, decorative, monkeypatch):
    block = Picture()
    monkeypatch.setitem(block.child_blocks, "image", block.child_blocks["caption"])
    with pytest.raises(Exception, match=r".*"):
        block.clean(block.to_python({"image": "x", "alt": alt, "decorative": decorative, "caption": ""}))


def test_publishing_asks_for_the_municipal_reference(rf, site):
    from mitwirken.website.models.pages import EditorialForm  # noqa: F401 the form under test is built by Wagtail

    page = NewsPage.objects.get()
    form_class = NewsPage.get_edit_handler().get_form_class()
    data = {
        "title": "x",
        "slug": "x",
        "published_on": "2026-01-01",
        "teaser": "y",
        "body-count": "0",
        "municipal_reference": "",
    }
    publishing = form_class({**data, "action-publish": "1"}, instance=page)
    drafting = form_class(data, instance=page)

    assert "municipal_reference" in publishing.errors
    assert "municipal_reference" not in drafting.errors


def test_news_page_by_keyset(client, site):
    from mitwirken.website.models import NewsIndexPage
    from mitwirken.website.views import news as view

    index = NewsIndexPage.objects.get()
    for number in range(view.PAGE_SIZE + 3):
        index.add_child(
            instance=NewsPage(title=f"Neu {number}", slug=f"neu-{number}", published_on=date(2026, 1, 1), teaser="x")
        )
    first = client.get("/aktuelles/").content.decode()
    older = re.search(r'href="(\?vor=[^"]+)"', first)[1]
    second = client.get("/aktuelles/" + older).content.decode()

    assert len(re.findall(r"<article", first)) == view.PAGE_SIZE
    assert len(re.findall(r"<article", second)) == 4


@pytest.mark.parametrize("before", ["x", "2026-01-01", "2026-01-01.x", "9999-99-99.1", "\x00", f"2026-01-01.{9**40}"])
def test_odd_pages_of_news_are_the_first_page(client, site, before):
    assert client.get("/aktuelles/", {"vor": before}).status_code == 200
