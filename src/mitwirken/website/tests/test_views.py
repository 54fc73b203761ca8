import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mitwirken.box.models import Format
from mitwirken.city.models import District
from mitwirken.core import clock
from mitwirken.core.models import Letter
from mitwirken.portal import samples as portal
from mitwirken.website.models import ContactCase, ContentPage, NewsPage
from mitwirken.website.views import contact as contact_views

pytestmark = pytest.mark.django_db

GOOD = {"subject": "question", "text": "Guten Tag, eine Frage.", "name": "", "email": "", "website": ""}


def queries(client, address):
    client.get(address)  # Wagtail remembers the site's root after the first page
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


# --- home -------------------------------------------------------------------------------------------------


def test_the_home_page_is_friendly_when_nothing_is_there(client):
    html = client.get("/").content.decode()

    assert "Gerade ist nichts offen." in html


def test_the_home_page_shows_what_is_open_and_what_ends_soon_first(client, site):
    now = clock.now()
    project = portal.project()
    portal.step(project, title="Endet spät", ends_at=now + timedelta(days=60))
    portal.step(project, title="Endet bald", ends_at=now + timedelta(days=2))
    portal.step(project, title="Kommt noch", starts_at=now + timedelta(days=5), ends_at=now + timedelta(days=9))
    portal.step(project, title="Ist vorbei", ends_at=now - timedelta(days=1))
    html = client.get("/").content.decode()

    assert html.index("Endet bald") < html.index("Endet spät") < html.index("Kommt noch")
    assert "Ist vorbei" not in html
    assert "1 Angebot endet in den nächsten sieben Tagen" in html


def test_the_map_counts_what_is_open_in_each_district(client, site):
    district = District.objects.first()
    portal.step(portal.project(), districts=[district])
    portal.step(portal.project(), districts=[])
    html = client.get("/").content.decode()

    assert f"{district.name}</a> (1)" in html
    assert "Für die ganze Stadt</a> (1)" in html


def test_the_home_page_costs_the_same_however_much_there_is(client, site):
    project = portal.project()
    first = portal.step(project, districts=[District.objects.first()])
    portal.contribution(first)
    few = queries(client, "/")
    for number in range(8):
        step = portal.step(portal.project(), title=f"Angebot {number}", districts=list(District.objects.all()[:3]))
        for _ in range(3):
            portal.contribution(step)
    many = queries(client, "/")

    assert few == many
    assert many <= 12


def test_the_home_page_sets_no_cookie(client, site):
    assert not client.get("/").cookies


# --- search -----------------------------------------------------------------------------------------------


def test_the_search_finds_every_kind_of_thing(client, site):
    step = portal.step(portal.project(title="Wunderbrunnen bauen", summary="Ein Wunderbrunnen."))
    portal.contribution(step, title="Wunderbrunnen mit Licht")
    Format.objects.create(
        code="wunder", name="Wunderbrunnen-Gespräch", summary="x", search_text="wunderbrunnen gesprach"
    )
    page = ContentPage.objects.get(slug="hilfe")
    page.introduction = "Auch der Wunderbrunnen steht hier."
    page.save()
    news = NewsPage.objects.get()
    news.teaser = "Der Wunderbrunnen kommt."
    news.save()
    html = client.get("/suche/", {"q": "Wunderbrunnen"}).content.decode()

    for group in (
        "Angebote und Vorhaben",
        "Formate der Mitmachbox",
        "Seiten",
        "Aktuelles",
        "Beiträge aus der Bevölkerung",
    ):
        assert f"<h2>{group}</h2>" in html, group


def test_the_search_never_tells_a_receipt_code(client, site):
    """Whoever knows the code may change where the answer goes: it belongs to the author alone."""
    found = portal.contribution(portal.step(), title="Wunderbrunnen mit Licht")
    page = client.get("/suche/?q=Wunderbrunnen").content.decode()

    assert found.public_url in page
    assert found.receipt not in page


def test_hidden_contributions_are_not_found(client, site):
    portal.contribution(portal.step(), title="Geheimwort", moderation="hidden")

    assert "Nichts gefunden" in client.get("/suche/", {"q": "Geheimwort"}).content.decode()


def test_the_search_knows_umlauts_in_every_spelling(client, site):
    assert "Hilfe" in client.get("/suche/", {"q": "erklaerung zur barrierefreiheit"}).content.decode()
    assert "/barrierefreiheit/" in client.get("/suche/", {"q": "ERKLÄRUNG"}).content.decode()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("", r"Was suchen Sie\?"),
        ("a", "mindestens zwei"),
        ("!?", "mindestens zwei"),
        ("\x00", r"Was suchen Sie\?"),
        ("qqqqzzzz", "Nichts gefunden"),
        ("x" * 5000, "Nichts gefunden"),
        ("' OR 1=1 --", "gefunden|Treffer"),
        ('"', "mindestens zwei"),
        ("<script>alert(1)</script>", "gefunden"),
        ("%%__", "mindestens zwei"),
        ("wort " * 300, "gefunden|Treffer"),
    ],
)
def test_odd_questions_get_a_sentence(client, site, asked, words):
    html = client.get("/suche/", {"q": asked}).content.decode()

    assert re.search(words, html)
    assert "<script>alert" not in html


def test_the_search_costs_the_same_however_much_it_finds(client, site):
    portal.contribution(portal.step(portal.project(title="Brunnen")), title="Brunnen")
    few = queries(client, "/suche/?q=brunnen")
    for number in range(8):
        portal.contribution(portal.step(portal.project(title=f"Brunnen {number}")), title="Brunnen")
    many = queries(client, "/suche/?q=brunnen")

    assert few == many
    assert many <= 12


def test_the_search_says_when_there_is_more_and_leads_to_all_of_it(client, site):
    step = portal.step()
    for number in range(30):
        portal.contribution(step, title=f"Trinkstelle {number:02}")
    html = client.get("/suche/", {"q": "Trinkstelle"}).content.decode()
    assert "Die besten 6 Treffer" in html
    assert 'href="?q=Trinkstelle&amp;art=beitraege"' in html

    seen, way = set(), "?q=Trinkstelle&art=beitraege"
    while way:
        page = client.get(f"/suche/{way}")
        seen |= set(re.findall(r"Trinkstelle \d\d", page.content.decode()))
        way = page.context["page"].older_url
    assert len(seen) == 30


def test_the_search_counts_what_it_shows_when_that_is_all(client, site):
    portal.contribution(portal.step(), title="Trinkstelle")
    html = client.get("/suche/", {"q": "Trinkstelle"}).content.decode()
    assert "1 Treffer" in html
    assert "art=" not in html
    for odd in ("art=beitraege&vor=x", "art=gibt-es-nicht", "art=seiten&vor=99999"):
        assert client.get(f"/suche/?q=Trinkstelle&{odd}").status_code == 200


# --- contact ----------------------------------------------------------------------------------------------


def test_a_message_needs_no_name_and_no_address(client, site):
    answer = client.post("/kontakt/", GOOD)
    case = ContactCase.objects.get()

    assert case.receipt in answer.content.decode()
    assert not Letter.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"text": ""}, "Bitte schreiben Sie hier Ihre Nachricht."),
        ({"subject": ""}, "Bitte wählen Sie, worum es geht."),
        ({"subject": "admin"}, "Bitte wählen Sie, worum es geht."),
        ({"email": "kein-at"}, "keine vollständige E-Mail-Adresse"),
        ({"email": "a@b\nBcc: x@y.example"}, "keine vollständige E-Mail-Adresse"),
        ({"text": "x" * 5001}, "5000"),
        ({"text": "a\x00b"}, "ein Zeichen, das wir nicht speichern können"),
        ({"name": "x" * 121}, "120"),
    ],
)
def test_a_wrong_entry_is_explained_kept_and_stores_nothing(client, site, wrong, sentence):
    answer = client.post("/kontakt/", GOOD | {"name": "Erika"} | wrong)
    html = answer.content.decode()

    assert answer.status_code == 422
    assert sentence in html
    assert "<title>Fehler:" in re.sub(r"\s+", " ", html).replace("<title> ", "<title>")
    assert not ContactCase.objects.exists()


def test_a_robot_is_thanked_and_forgotten(client, site):
    answer = client.post("/kontakt/", GOOD | {"website": "https://spam.example"})

    assert answer.status_code == 200
    assert not ContactCase.objects.exists()


def test_the_same_form_sent_twice_makes_one_case(client, site):
    key = re.search(r'name="submission_key" value="([^"]+)"', client.get("/kontakt/").content.decode())[1]
    client.post("/kontakt/", GOOD | {"submission_key": key})
    client.post("/kontakt/", GOOD | {"submission_key": key})

    assert ContactCase.objects.count() == 1


def test_a_flood_of_messages_is_stopped_politely(client, site):
    for _ in range(contact_views.PER_HOUR):
        client.post("/kontakt/", GOOD)
    answer = client.post("/kontakt/", GOOD)

    assert answer.status_code == 429
    assert ContactCase.objects.count() == contact_views.PER_HOUR


def test_the_contact_form_is_kept_in_no_shared_cache(client, site):
    assert "no-store" in client.get("/kontakt/")["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"seite": "/mitmachen/?bezirk=nord"}, "/mitmachen/?bezirk=nord"),
        ({"seite": "/mitmachbox/formate/ideenkarte/"}, "/mitmachbox/formate/ideenkarte/"),
        ({"seite": "/beitrag/7KQ4-M2XH-9TC3/?neu=1"}, "/beitrag/…/"),
        ({"seite": "/mitmachpool/einstellungen/1-abcdef/pause/"}, "/mitmachpool/einstellungen/…/pause/"),
        ({"seite": "https://fremd.example/"}, ""),
        ({"seite": "//fremd.example/"}, ""),
        ({"seite": "\x00"}, ""),
        ({}, ""),
    ],
)
def test_the_barrier_form_knows_the_page_before_but_only_ours(client, site, asked, expected):
    html = client.get("/barriere-melden/", asked).content.decode()
    field = re.search(r'<input[^>]*name="page"[^>]*>', html)[0]

    assert (f'value="{expected}"' in field) is bool(expected)


def test_the_barrier_form_takes_the_page_from_where_people_come(client, site):
    html = client.get("/barriere-melden/", headers={"referer": "http://testserver/mitmachen/"}).content.decode()

    assert 'value="/mitmachen/"' in html


def test_a_reported_barrier_is_a_case_of_its_own_kind(client, site):
    client.post("/barriere-melden/", {"page": "/mitmachen/", "text": "Die Karte ist nicht lesbar."})

    assert ContactCase.objects.get().subject == "barrier"


# --- for machines -----------------------------------------------------------------------------------------


def test_the_site_map_lists_every_page_that_is_live(client, site):
    project = portal.project()
    step = portal.step(project)
    found = [each.text for each in ElementTree.fromstring(client.get("/sitemap.xml").content).iter() if each.text]  # noqa: S314 our own answer
    paths = {address.removeprefix("http://localhost:8000") for address in found}

    wanted = {page.url for page in ContentPage.objects.live()} | {page.url for page in NewsPage.objects.live()}
    assert wanted | {project.get_absolute_url(), step.get_absolute_url(), "/"} <= paths


def test_drafts_are_in_no_site_map(client, site):
    ContentPage.objects.filter(slug="hilfe").update(live=False)

    assert "/hilfe/" not in client.get("/sitemap.xml").content.decode()
    assert client.get("/hilfe/").status_code == 404


def test_the_security_contact_never_runs_out(client, site):
    text = client.get("/.well-known/security.txt").content.decode()
    expires = re.search(r"Expires: (\S+)", text)[1]
    from django.utils.dateparse import parse_datetime

    assert timedelta(days=90) < parse_datetime(expires) - clock.now() < timedelta(days=365)
    assert "Contact: mailto:" in text


def test_robots_are_kept_out_of_what_is_private(client, site):
    text = client.get("/robots.txt").content.decode()

    assert "Disallow: /staff/" in text
    assert "Disallow: /beitrag/" in text


@pytest.mark.parametrize("address", ["/sitemap.xml", "/uebersicht/"])
def test_the_lists_of_everything_cost_the_same_however_long_they_are(client, site, address):
    portal.step(portal.project())
    few = queries(client, address)
    for _ in range(6):
        portal.step(portal.project())

    assert queries(client, address) == few
