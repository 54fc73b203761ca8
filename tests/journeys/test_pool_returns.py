"""What comes back changes what is sent next: a dead mailbox, a complaint, a mail that says goodbye, an answer."""

import re
import smtplib
import time

import requests
from playwright.sync_api import Page, expect

from mitwirken.pool.returns.tests.bounces import BOUNCES, COMPLAINT, HOLIDAY, as_sent, prose

from . import wire
from .checks import passed
from .conftest import Portal
from .mailbox import link_to
from .test_loop import sign_in, start_and_publish

HARD = BOUNCES["Postfix, no such user"][0]


def bring(portal: Portal, raw: bytes, *, to: str, sender: str = "") -> None:
    """Hand a mail in where the city's mail server would; right after a start the door may still be closed."""
    for attempt in range(60):
        try:
            with smtplib.LMTP("127.0.0.1", portal.lmtp, timeout=30) as client:
                assert client.sendmail(sender, [to], raw) == {}
                return
        except ConnectionRefusedError:
            assert attempt < 59, "the door never opened"
            time.sleep(0.5)


def join(portal: Portal, name: str) -> str:
    address, session = f"{name}@beispiel.example", requests.Session()
    wire.send(session, f"{portal.url}/mitmachpool/anmelden/", {"email": address, "agree": "on", "frequency": "now"})
    confirmation = link_to(portal.mailbox.wait(to=address, subject="bestätigen"), "/bestaetigen/")
    assert "Sie sind Mitglied" in requests.post(confirmation, timeout=30).text
    return address


def settings_mail(portal: Portal, address: str):
    wire.send(requests.Session(), f"{portal.url}/mitmachpool/link/", {"email": address})
    return portal.mailbox.wait(to=address, subject="Ihre Einstellungen")


def returns_to(mail) -> str:
    return str(mail["Return-Path"]).strip("<>")


def test_what_comes_back_decides_who_gets_the_next_mail(portal, page: Page):
    gone, cross, goodbye, glad = (join(portal, name) for name in ("weg", "sauer", "tschuess", "froh"))
    page.set_viewport_size({"width": 1280, "height": 900})
    start_and_publish(page, title="Schattenplätze am Markt")
    first = {
        address: portal.mailbox.wait(to=address, subject="Schattenplätze am Markt", seconds=90)
        for address in (gone, cross, goodbye, glad)
    }

    # The mailbox is gone: two mails come back; what somebody forged about another person counts for nothing.
    bring(portal, as_sent(HARD, to=returns_to(first[gone])), to=returns_to(first[gone]))
    again = settings_mail(portal, gone)
    bring(portal, as_sent(HARD, to=returns_to(again), number=2), to=returns_to(again))
    forged = returns_to(first[glad]).replace("b-", "b-1", 1)
    for number in (3, 4):
        bring(portal, as_sent(HARD, to=forged, number=number), to=forged)

    # One calls it spam; one sends the empty mail that mail programs send; one is on holiday, and then writes.
    complaint = as_sent(COMPLAINT, to="fbl@mitwirken.example", mail_from=returns_to(first[cross]), unsubscribe="")
    bring(portal, complaint, to="fbl@mitwirken.example", sender="fbl@postfach.example")
    leave = re.search(r"mailto:([^?>]+)", str(first[goodbye]["List-Unsubscribe"]))[1]
    bring(portal, as_sent(prose("", sender=goodbye), to=leave), to=leave, sender=goodbye)
    bring(portal, as_sent(HOLIDAY, to=returns_to(first[glad])), to=returns_to(first[glad]))
    reply = str(first[glad]["Reply-To"])
    words = as_sent(prose("Gibt es dort auch Trinkwasser?", sender=glad, subject="Re: Neues"), to=reply, number=5)
    bring(portal, words, to=reply, sender=glad)

    start_and_publish(page, title="Trinkbrunnen am Markt")
    portal.mailbox.wait(to=glad, subject="Trinkbrunnen am Markt", seconds=90)
    time.sleep(5)
    for address in (gone, cross, goodbye):
        subjects = [str(mail["Subject"]) for mail in portal.mailbox.mails(to=address)]
        assert not [subject for subject in subjects if "Trinkbrunnen" in subject], subjects

    answer_stands_at_the_desk(page)
    staff_sees_numbers(page, gone)
    the_mailbox_works_again(page, portal, gone)


def answer_stands_at_the_desk(page: Page) -> None:
    sign_in(page)
    page.goto("/staff/kontakt/")
    page.get_by_role("row").filter(has_text="Umwelt").get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("Gibt es dort auch Trinkwasser?")
    expect(page.get_by_role("main")).to_contain_text("Schattenplätze am Markt")


def staff_sees_numbers(page: Page, address: str) -> None:
    page.goto("/staff/pool/")
    page.get_by_role("link", name=re.compile("Was zurückkam")).first.click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("bekommen zurzeit keine Mails")
    expect(main).not_to_contain_text("@beispiel.example")
    page.get_by_label("E-Mail-Adresse").fill(address)
    page.get_by_role("button", name="Nachsehen").click()
    expect(main).to_contain_text("Keine Mails bis")


def the_mailbox_works_again(page: Page, portal: Portal, address: str) -> None:
    """Who asks for the link gets it all the same, reads why no news came, and says that all is well."""
    page.goto(link_to(settings_mail(portal, address), "/mitmachpool/einstellungen/"))
    main = page.get_by_role("main")
    expect(main).to_contain_text("Mails an Ihre Adresse kommen zurück")
    passed(page)
    page.get_by_role("button", name="Mein Postfach funktioniert wieder").click()
    expect(main).not_to_contain_text("Mails an Ihre Adresse kommen zurück")
