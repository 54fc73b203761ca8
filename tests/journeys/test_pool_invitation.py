"""Two places, three people: one waits, moves up, hears of another date, and of the cancellation."""

import re
import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests
from icalendar import Calendar
from playwright.sync_api import Page, expect

from .asked import at_work, member, went_home
from .checks import passed
from .conftest import Portal, watched
from .keyboard import activate, choose, type_into
from .mailbox import link_to, links_of, text_of
from .mouse import follow
from .test_pool_promises import scan

CITY_TIME = ZoneInfo("Europe/Berlin")
LEAD = "Paul Projektleitung"


def moment(days: int, hour: int) -> str:
    then = datetime.now(CITY_TIME) + timedelta(days=days)
    return then.replace(hour=hour, minute=0).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_waiting_list_moves_up_and_a_cancellation_reaches_everybody(portal, browser, javascript):
    mark = secrets.token_hex(3)
    first, second, third = (f"{name}-{mark}@beispiel.example" for name in ("cleo", "dino", "ella"))
    title = f"Werkstatt im Hafen {mark}"
    settings = [member(portal, address) for address in (first, second, third)]
    desk = at_work(browser, portal, LEAD)
    at_home = watched(browser.new_context(base_url=portal.url, java_script_enabled=javascript, locale="de-DE"), portal)
    home = at_home.new_page()

    event = invite(desk, title)
    say_yes_by_keyboard(home, portal, first, title)
    pages = [link_to(portal.mailbox.wait(to=who, subject=title, seconds=90), "/einladung/") for who in (second, third)]
    assert "Sie haben einen Platz" in requests.post(pages[0], data={"comes": "yes"}, timeout=30).text
    assert "Sie stehen auf der Warteliste" in requests.post(pages[1], data={"comes": "yes"}, timeout=30).text
    assert entry_of(portal.mailbox.wait(to=third, subject=f"Auf der Warteliste: {title}")) is None

    requests.post(pages[0], data={"comes": "no"}, timeout=30)
    moved = entry_of(portal.mailbox.wait(to=third, subject=f"Sie sind nachgerückt: {title}", seconds=90))
    assert (moved["method"], int(event_in(moved)["sequence"])) == ("REQUEST", 0)

    change(desk, event)
    changed = entry_of(portal.mailbox.wait(to=third, subject=f"Geändert: {title}", seconds=90))
    assert int(event_in(changed)["sequence"]) == 1
    assert event_in(changed)["uid"] == event_in(moved)["uid"]
    assert event_in(changed)["location"] == "Speicher 7, Erdgeschoss"
    assert event_in(changed)["dtstart"].dt != event_in(moved)["dtstart"].dt

    pause(settings[0])
    cancel(desk, event)
    for who in (first, third):
        mail = portal.mailbox.wait(to=who, subject=f"Abgesagt: {title}", seconds=90)
        assert "Der Speicher ist gesperrt." in text_of(mail)
        off = entry_of(mail)
        assert (off["method"], event_in(off)["status"], int(event_in(off)["sequence"])) == ("CANCEL", "CANCELLED", 2)
    assert not [mail for mail in portal.mailbox.mails(to=second) if "Abgesagt" in mail["Subject"]]
    see_that_it_is_off(home)

    went_home(desk)
    at_home.close()
    assert not at_home.complaints, at_home.complaints


def invite(page: Page, title: str) -> str:
    page.goto("/staff/pool/")
    follow(page, page.get_by_role("main").get_by_role("link", name="Einladungen").first)
    follow(page, page.get_by_role("link", name="Neue Veranstaltung"))
    page.locator("[name=title]").fill(title)
    page.locator("[name=text]").fill("Wir legen drei Entwürfe auf die Tische.")
    page.locator("[name=starts_at]").fill(moment(10, 18))
    page.locator("[name=ends_at]").fill(moment(10, 20))
    page.locator("[name=answer_by]").fill(moment(9, 18))
    page.locator("[name=place]").fill("Speicher 5")
    page.locator("[name=access]").fill("Stufenlos, mit Aufzug.")
    page.locator("[name=places]").fill("2")
    page.get_by_role("checkbox", name="Nur Personen, die einfache Sprache möchten").check()
    follow(page, page.get_by_role("button", name="Entwurf speichern"))
    event = page.url
    follow(page, page.get_by_role("button", name="Einladungen senden"))
    expect(page.locator("body")).to_contain_text("Die Einladungen gehen in den nächsten Minuten hinaus.")
    return event


def say_yes_by_keyboard(page: Page, portal: Portal, address: str, title: str) -> None:
    mail = portal.mailbox.wait(to=address, subject=f"Einladung: {title}", seconds=90)
    scan(links_of(mail))
    assert entry_of(mail) is None
    page.goto(link_to(mail, "/mitmachpool/einladung/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.get_by_label("Was hilft Ihnen, dabei zu sein?")).to_have_count(0)
    passed(page)
    activate(page, page.get_by_role("button", name="Antwort abschicken"))
    expect(page.get_by_role("main")).to_contain_text("Bitte wählen Sie Ja oder Nein.")
    choose(page, page.get_by_role("radio", name="Ja, ich komme"))
    activate(page, page.get_by_role("button", name="Antwort abschicken"))
    expect(page.get_by_role("main")).to_contain_text("Sie haben einen Platz")
    passed(page)
    type_into(page, page.get_by_label("Was hilft Ihnen, dabei zu sein?"), "Ein Platz vorn.")
    activate(page, page.get_by_role("button", name="Angaben speichern"))
    expect(page.get_by_label("Was hilft Ihnen, dabei zu sein?")).to_have_value("Ein Platz vorn.")
    entry = entry_of(portal.mailbox.wait(to=address, subject=f"Sie haben einen Platz: {title}", seconds=90))
    assert str(event_in(entry)["attendee"]) == f"mailto:{address}"
    download = Calendar.from_ical(requests.get(f"{page.url}termin.ics", timeout=30).content)
    assert (download["method"], event_in(download)["uid"]) == ("PUBLISH", event_in(entry)["uid"])


def entry_of(mail) -> Calendar | None:
    files = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return Calendar.from_ical(files[0].get_payload(decode=True)) if files else None


def event_in(calendar: Calendar):
    return calendar.walk("VEVENT")[0]


def change(page: Page, event: str) -> None:
    page.goto(event)
    follow(page, page.get_by_role("link", name="Termin, Ort oder Plätze ändern"))
    page.locator("[name=starts_at]").fill(moment(11, 18))
    page.locator("[name=ends_at]").fill(moment(11, 20))
    page.locator("[name=place]").fill("Speicher 7, Erdgeschoss")
    follow(page, page.get_by_role("button", name="Speichern und den Angemeldeten sagen"))
    expect(page.locator("body")).to_contain_text("Geändert.")


def pause(settings: str) -> None:
    """Whoever pauses gets no news; that an evening is off is none."""
    session = requests.Session()
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', session.get(settings, timeout=30).text)[1]
    given = {"csrfmiddlewaretoken": token, "days": "30"}
    assert "Wir machen Pause." in session.post(f"{settings}pause/", data=given, timeout=30).text


def cancel(page: Page, event: str) -> None:
    page.goto(event)
    follow(page, page.get_by_role("link", name="Veranstaltung absagen"))
    follow(page, page.get_by_role("button", name="Veranstaltung absagen und allen Bescheid geben"))
    page.locator("[name=reason]").fill("Der Speicher ist gesperrt.")
    follow(page, page.get_by_role("button", name="Veranstaltung absagen und allen Bescheid geben"))
    expect(page.locator("body")).to_contain_text("bekommen sofort eine Mail")


def see_that_it_is_off(page: Page) -> None:
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Diese Veranstaltung findet nicht statt")
    expect(page.get_by_role("button", name="Antwort abschicken")).to_have_count(0)
    passed(page)
