"""Writing to the city: a receipt, an answer of a person, and a thread that a plain reply keeps together."""

import re
import smtplib
from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from .checks import passed
from .conftest import watched
from .keyboard import activate, tab_to, type_into
from .mailbox import text_of
from .mouse import follow
from .test_loop import sign_in

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
RECEIPT = re.compile("[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@BOTH
def test_a_message_is_received_answered_and_the_reply_comes_back_into_the_case(portal, page, browser, javascript):
    address = f"hanne-{javascript}@beispiel.example".lower()
    page.goto("/kontakt/")
    passed(page)
    # The subject is forgotten first: a sentence asks for it, and what was typed is still there.
    type_into(page, page.get_by_label("Ihre Nachricht"), "Wo finde ich das Formular auf Papier?")
    type_into(page, page.get_by_label("Ihr Name"), "Hanne Probe")
    type_into(page, page.get_by_label("Ihre E-Mail-Adresse"), address)
    activate(page, page.get_by_role("button", name="Nachricht senden"))
    expect(page.get_by_role("main")).to_contain_text("Bitte wählen Sie, worum es geht.")
    expect(page.get_by_label("Ihre Nachricht")).to_have_value("Wo finde ich das Formular auf Papier?")
    passed(page)
    type_into(page, page.get_by_label("Worum geht es?"), "eine Frage")
    activate(page, page.get_by_role("button", name="Nachricht senden"))
    expect(page.get_by_role("main")).to_contain_text(address)
    passed(page)
    receipt = RECEIPT.search(page.get_by_role("main").inner_text())[0]
    assert receipt in text_of(portal.mailbox.wait(to=address, subject=receipt))

    desk = watched(browser.new_context(base_url=portal.url, locale="de-DE"), portal).new_page()
    sign_in(desk)
    desk.goto("/staff/kontakt/")
    follow(desk, desk.get_by_role("row").filter(has_text=receipt).get_by_role("link").first)
    case = desk.url
    expect(desk.get_by_role("main")).to_contain_text("Formular auf Papier")
    # The note stays inside; only the answer leaves the house.
    desk.get_by_label("Notiz für Kolleginnen und Kollegen").fill("Hat schon zweimal gefragt.")
    desk.get_by_role("button", name="Notiz speichern").click()
    expect(desk.get_by_role("main")).to_contain_text("Hat schon zweimal gefragt.")
    desk.get_by_label("Antwort").fill("Es liegt in jedem Bezirksbüro aus.")
    desk.get_by_role("button", name="Antwort senden").click()
    expect(desk.locator("body")).to_contain_text("Die Antwort ist unterwegs.")

    answer = portal.mailbox.wait(to=address, subject="Antwort auf Ihre Nachricht")
    assert "Es liegt in jedem Bezirksbüro aus." in text_of(answer)
    assert "zweimal gefragt" not in text_of(answer)
    send_reply(portal.smtp, answer, address, "Vielen Dank, das reicht mir.")
    desk.goto(case)
    expect(desk.get_by_role("main")).to_contain_text("Vielen Dank, das reicht mir.")
    expect(desk.get_by_role("main")).not_to_contain_text("Am Montag schrieb")
    expect(desk.get_by_role("main")).to_contain_text("wartet auf Antwort")
    assert not desk.context.complaints, desk.context.complaints
    desk.context.close()


def send_reply(port: int, answer: EmailMessage, sender: str, words: str) -> None:
    """What a mail program sends when somebody presses "reply"."""
    reply = EmailMessage()
    reply["From"], reply["To"] = sender, str(answer["Reply-To"])
    reply["Subject"], reply["Message-ID"] = f"Re: {answer['Subject']}", f"<antwort-{sender}>"
    reply["In-Reply-To"] = str(answer["Message-ID"])
    quoted = "\n".join(f"> {line}" for line in text_of(answer).splitlines())
    reply.set_content(f"{words}\n\nAm Montag schrieb die Stadt an mich:\n{quoted}")
    with smtplib.SMTP("localhost", port, timeout=10) as post:
        post.send_message(reply)


def test_a_barrier_is_reported_from_the_page_it_is_on(page):
    page.goto("/mitmachbox/formate/")
    activate(page, page.get_by_role("link", name="Barriere melden").last)
    expect(page.get_by_label("Auf welcher Seite?")).to_have_value("/mitmachbox/formate/")
    passed(page)
    tab_to(page, page.get_by_label("Was funktioniert für Sie nicht?"))
    page.keyboard.type("Die Vorlesehilfe nennt die Filter nicht.")
    activate(page, page.get_by_role("button", name="Meldung senden"))
    expect(page.get_by_role("main")).to_contain_text("Sie haben keine Adresse angegeben")
    passed(page)
