"""A department asks, members answer, the silent are reminded once, and everybody hears what came of it."""

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import requests
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
REPORT = "„Parkrunde“ hielten viele für einen Lauftreff. Auf den Schildern steht jetzt „Rundweg“. Danke für Ihre Hilfe."


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_task_is_answered_reminded_and_reported_back(portal, browser, javascript):
    mark = secrets.token_hex(3)
    quick, silent = f"anna-{mark}@beispiel.example", f"bert-{mark}@beispiel.example"
    title = f"Schilder im Park {mark}"
    settings = member(portal, quick)
    member(portal, silent)
    desk = at_work(browser, portal, LEAD)
    at_home = watched(browser.new_context(base_url=portal.url, java_script_enabled=javascript, locale="de-DE"), portal)
    home = at_home.new_page()

    task = send_task(desk, title)
    answer(home, portal, quick, title)
    change_the_answer(home)
    give_one_more_day(desk, task)
    remind(desk, portal, task, title, quick, silent)
    say_not_this_time(portal, silent, title)
    close(desk, portal, task, title, quick, silent)
    too_late(home)
    report(desk, task)
    hear_what_came_of_it(home, portal, quick, silent, title)
    find_it_in_the_settings(home, settings, title)

    went_home(desk)
    at_home.close()
    assert not at_home.complaints, at_home.complaints


def send_task(page: Page, title: str) -> str:
    page.goto("/staff/pool/")
    follow(page, page.get_by_role("main").get_by_role("link", name="Aufgaben").first)
    follow(page, page.get_by_role("link", name="Neue Aufgabe"))
    page.get_by_role("radio", name="Fragen beantworten").check()
    page.locator("[name=title]").fill(title)
    page.locator("[name=text]").fill("Welches Wort verstehen Sie sofort? Danach richten sich die neuen Schilder.")
    page.locator("[name=people]").fill("50")
    page.locator("[name=ends_at]").fill((datetime.now(CITY_TIME) + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=fragen-0-text]").fill("Wie soll der Weg heißen?")
    # One answer is no choice: a sentence says so, and what was typed is still there.
    page.locator("[name=fragen-0-options]").fill("Rundweg")
    page.get_by_role("checkbox", name="Nur Personen, die einfache Sprache möchten").check()
    follow(page, page.get_by_role("button", name="Entwurf speichern"))
    expect(page.get_by_role("main")).to_contain_text("zwei bis zwölf verschiedene Antworten")
    expect(page.locator("[name=title]")).to_have_value(title)
    page.locator("[name=fragen-0-options]").fill("Rundweg\nParkrunde")
    page.locator("[name=fragen-1-text]").fill("Was fehlt auf den Schildern?")
    page.locator("[name=fragen-1-kind]").select_option("text")
    follow(page, page.get_by_role("button", name="Entwurf speichern"))
    expect(page.get_by_role("main")).to_contain_text("Noch wurde niemand gefragt")
    task = page.url
    follow(page, page.get_by_role("button", name="An die Mitglieder senden"))
    expect(page.locator("body")).to_contain_text("Die Mails gehen in den nächsten Minuten hinaus.")
    return task


def answer(page: Page, portal: Portal, address: str, title: str) -> None:
    mail = portal.mailbox.wait(to=address, subject=title, seconds=90)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    scan(links_of(mail))
    page.goto(link_to(mail, "/mitmachpool/aufgabe/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    passed(page)
    # Nothing chosen: a sentence, and nothing is stored.
    activate(page, page.get_by_role("button", name="Antwort abschicken"))
    expect(page.get_by_role("main")).to_contain_text("Bitte beantworten Sie mindestens eine Frage")
    passed(page)
    choose(page, page.get_by_role("radio", name="Rundweg"))
    type_into(page, page.get_by_label("Was fehlt auf den Schildern?"), "Die Länge in Minuten.")
    activate(page, page.get_by_role("button", name="Antwort abschicken"))
    expect(page.get_by_role("main")).to_contain_text("Danke. Ihre Antwort ist gespeichert")
    expect(page.get_by_label("Was fehlt auf den Schildern?")).to_have_value("Die Länge in Minuten.")
    passed(page)


def change_the_answer(page: Page) -> None:
    type_into(page, page.get_by_label("Was möchten Sie uns noch sagen?"), "Bitte große Schrift.")
    activate(page, page.get_by_role("button", name="Antwort abschicken"))
    expect(page.get_by_label("Was möchten Sie uns noch sagen?")).to_have_value("Bitte große Schrift.")


def give_one_more_day(page: Page, task: str) -> None:
    page.goto(task)
    page.get_by_text("Anderer letzter Tag").click()
    page.locator("[name=ends_at]").fill((datetime.now(CITY_TIME) + timedelta(days=6)).strftime("%Y-%m-%dT%H:%M"))
    follow(page, page.get_by_role("button", name="Letzten Tag ändern"))
    expect(page.locator("body")).to_contain_text("Der neue letzte Tag gilt ab jetzt.")


def remind(page: Page, portal: Portal, task: str, title: str, quick: str, silent: str) -> None:
    page.goto(task)
    follow(page, page.get_by_role("button", name="Jetzt erinnern"))
    expect(page.get_by_role("button", name="Jetzt erinnern")).to_have_count(0)
    portal.mailbox.wait(to=silent, subject=f"Erinnerung: {title}", seconds=90)
    assert not [mail for mail in portal.mailbox.mails(to=quick) if "Erinnerung" in mail["Subject"]]


def say_not_this_time(portal: Portal, address: str, title: str) -> None:
    link = link_to(portal.mailbox.wait(to=address, subject=f"Erinnerung: {title}"), "/mitmachpool/aufgabe/")
    answer = requests.post(f"{link}nein/", timeout=30)
    assert "Diesmal nicht: notiert" in answer.text


def close(page: Page, portal: Portal, task: str, title: str, quick: str, silent: str) -> None:
    page.goto(task)
    follow(page, page.get_by_role("button", name="Jetzt beenden"))
    # One answer is too few to be read without a guess whose it is.
    expect(page.get_by_role("main")).not_to_contain_text("Bitte große Schrift.")
    expect(page.get_by_role("main")).to_contain_text("Die Rückmeldung fehlt.")
    portal.mailbox.wait(to=quick, subject=f"Danke für Ihre Antwort: {title}", seconds=90)
    assert not [mail for mail in portal.mailbox.mails(to=silent) if "Danke" in mail["Subject"]]


def too_late(page: Page) -> None:
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Diese Aufgabe ist beendet")
    expect(page.get_by_role("button", name="Antwort abschicken")).to_have_count(0)
    passed(page)


def report(page: Page, task: str) -> None:
    page.goto(task)
    follow(page, page.get_by_role("link", name="Rückmeldung geben"))
    page.locator("[name=report]").fill("Danke.")
    follow(page, page.get_by_role("button", name="Rückmeldung geben und veröffentlichen"))
    expect(page.get_by_role("main")).to_contain_text("Bitte sagen Sie in einigen Sätzen")
    page.locator("[name=report]").fill(REPORT)
    follow(page, page.get_by_role("button", name="Rückmeldung geben und veröffentlichen"))
    expect(page.locator("body")).to_contain_text("Rückgemeldet.")


def hear_what_came_of_it(page: Page, portal: Portal, quick: str, silent: str, title: str) -> None:
    mail = portal.mailbox.wait(to=quick, subject=f"Was Ihre Antwort bewirkt hat: {title}", seconds=90)
    assert REPORT in " ".join(text_of(mail).split())
    assert not [found for found in portal.mailbox.mails(to=silent) if "bewirkt" in found["Subject"]]
    page.goto("/mitmachpool/wirkung/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Was Ihre Antworten bewirkt haben")
    passed(page)
    activate(page, page.get_by_role("main").get_by_role("link", name=title))
    expect(page.get_by_role("main")).to_contain_text(REPORT)
    passed(page)
    assert page.url == link_to(mail, "/mitmachpool/wirkung/")


def find_it_in_the_settings(page: Page, settings: str, title: str) -> None:
    page.goto(settings)
    expect(page.get_by_role("main").get_by_role("link", name=title).first).to_be_visible()
    passed(page)
