"""The pool's public pages: nothing hidden that somebody needs, and every sentence says what to do."""

import re

import pytest
from django.urls import reverse

from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.pool import samples, tokens
from mitwirken.pool.features import Feature, Panel, features
from mitwirken.pool.models import Frequency
from mitwirken.portal import registry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city():
    city.city()
    city.district(slug="nord", name="Nord")
    city.district(slug="sued", name="Süd")
    city.topic(code="wohnen", name="Wohnen")


def url_of(member, name="settings"):
    return reverse(f"pool:{name}", args=[tokens.settings_token(member)])


def join(client, **fields):
    given = {"email": "a@beispiel.example", "frequency": "weekly", "lang": "de", "agree": "on"} | fields
    return client.post(reverse("pool:join"), given)


@pytest.mark.parametrize("query", ["", "?eltern"])
def test_the_paper_form_has_a_box_beside_each_choice_and_lines_to_write_on(client, query):
    page = client.get(reverse("pool:paper") + query).text
    boxes = re.findall(r"<li><span aria-hidden=\"true\">☐</span><span>(.*?)</span></li>", page)
    wanted = ["Nord", "Süd", "Wohnen", "Deutsch", "per Brief", "vor Ort", *map(str, Frequency.labels)]
    wanted += [str(module.label) for module in registry.modules()]
    assert not set(wanted) - set(boxes)
    assert len(re.findall("table-sheet table-stacks", page)) == 3
    assert not re.search("☐(?!</span>)", page), "a box whose words may stand on another line"


@pytest.mark.parametrize("query", ["", "?eltern"])
def test_the_paper_form_does_not_call_the_cross_for_the_way_free(client, query):
    """Without it nobody knows which words hold, and nobody can be written to."""
    page = client.get(reverse("pool:paper") + query).text
    assert "Bitte kreuzen Sie an, wie wir Sie erreichen dürfen. Alle anderen Kreuze sind freiwillig" in page


@pytest.mark.parametrize("page", ["join", "settings"])
def test_a_tile_of_the_map_finds_the_boxes_of_the_districts(client, page):
    address = reverse("pool:join") if page == "join" else url_of(samples.member())
    drawn = client.get(address).text
    boxes = re.search(r'<place-picker.*?data-district="([^"]+)"', drawn)[1]
    picker = re.search(r"<place-picker.*?</place-picker>", drawn, re.S)[0]
    assert f'<fieldset class="kern-fieldset" id="{boxes}"' in picker
    assert re.findall(r'data-name="(\w+)"', picker) == re.findall(r'name="districts".*?<label[^>]*>(\w+)<', picker)
    assert drawn.count('name="districts"') == 2


def test_what_is_wrong_with_a_point_does_not_lie_in_something_closed(client):
    closed = client.get(reverse("pool:join")).text
    wrong = join(client, lat="51.5")
    assert wrong.status_code == 422
    for page, is_open in ((closed, False), (wrong.text, True)):
        before = page.split('id="id_lon"')[0].rpartition("<details")[2]
        assert (" open>" in before) == is_open


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "anna lehmann"}, "Das ist keine vollständige E-Mail-Adresse."),
        ({"email": "anna@[127.0.0.1]"}, "Das ist keine vollständige E-Mail-Adresse."),
        ({"radius": "1000"}, "Ein Umkreis braucht einen Punkt: Setzen Sie ihn unter „Den Ort auf einer Karte zeigen“"),
        ({"address": "Nirgendwoweg 5"}, "Bitte wählen Sie oben den Stadtbezirk aus."),
        ({"access_needs": "x" * 301}, "Das ist zu lang: 301 Zeichen, möglich sind 300."),
        ({"frequency": "often"}, "Bitte wählen Sie eine der Antworten, die hier stehen."),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence_that_says_what_to_do(client, typed, said):
    answer = join(client, **typed)
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize("page", ["join", "settings"])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_no_choice_of_a_list_is_longer_than_a_telephone_is_wide(client, page, lang):
    """Closed lists cut what is longer; about 24 signs fit at 320 px."""
    address = reverse("pool:join") if page == "join" else url_of(samples.member(consent="panels"))
    options = re.findall(r"<option[^>]*>([^<]+)", client.get(address, {"lang": lang}).text)
    assert options
    assert not [option for option in options if len(option) > 24]


def test_a_wrong_new_address_is_told_in_the_title_too(client):
    page = client.post(url_of(samples.member(), "address"), {"email": "anna lehmann"})
    assert page.status_code == 422
    assert re.search(r"<title>Fehler: ", page.text)


def test_a_notice_stands_before_everything_else_and_not_in_the_contents(client, monkeypatch):
    notice = Panel("pool_returns/panel.html", {"silence": {"until": clock.now()}, "token": "x"})
    shown = [*features(), Feature(slug="notice", panel=lambda member, token: notice)]
    monkeypatch.setattr("mitwirken.pool.views.preferences.features", lambda: shown)
    page = client.get(url_of(samples.member()))
    assert page.text.index("Mails an Ihre Adresse kommen zurück") < page.text.index('href="#choices"')
    assert all(len(entry["url"]) > 1 for entry in page.context["contents"])


def test_the_feed_says_what_it_is_for(client):
    page = client.get(url_of(samples.member())).text
    assert "eine App, die Neues von Webseiten sammelt" in page.split('id="feed"')[1].split("<form")[0]
