"""One door for residents and staff: a code by mail, no password; staff prove it twice."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.template import engines
from django.urls import reverse

from mitwirken.accounts import samples
from mitwirken.accounts.models import RoleKind, User
from mitwirken.city import samples as city
from mitwirken.core.models import Letter

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


@pytest.fixture(autouse=True)
def as_in_production(monkeypatch):
    cache.clear()  # the sign-in library counts its attempts there
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")


def code_in(letter):
    return re.search(r"[A-Z0-9]{3,}-?[A-Z0-9]{3,}", letter.subject.split(":")[1]).group()


def test_a_code_by_mail_signs_in_and_leads_back(client):
    person = samples.user(email="erika@beispiel.example")
    client.post("/konto/anmelden/?next=/konto/name/", {"email": person.email, "next": "/konto/name/"})
    answer = client.post("/konto/anmelden/code/", {"code": code_in(Letter.objects.get()), "next": "/konto/name/"})
    assert answer.url == "/konto/name/"
    assert client.get("/konto/").status_code == 200


def test_an_unknown_address_looks_the_same_and_gets_no_mail(client):
    known = samples.user()
    answers = [client.post("/konto/anmelden/", {"email": email}) for email in (known.email, "x@fremd.example")]
    assert answers[0].url == answers[1].url
    assert Letter.objects.count() == 1


def test_a_new_account_needs_only_an_address_and_its_code(client):
    client.post("/konto/anlegen/", {"email": "neu@beispiel.example"})
    letter = Letter.objects.get(to_address="neu@beispiel.example")
    client.post("/konto/bestaetigen/", {"code": code_in(letter)})
    assert User.objects.get(email="neu@beispiel.example")
    assert client.get("/konto/").status_code == 200


def test_signing_up_twice_says_so_by_mail_only(client):
    person = samples.user()
    answer = client.post("/konto/anlegen/", {"email": person.email})
    assert answer.status_code == 302
    assert "schon ein Konto" in Letter.objects.get(to_address=person.email).text


def test_a_wrong_code_is_refused_with_a_sentence(client):
    person = samples.user()
    client.post("/konto/anmelden/", {"email": person.email})
    page = client.post("/konto/anmelden/code/", {"code": "FALSCH"})
    assert page.status_code == 200
    assert "_auth_user_id" not in client.session


PAGES = [
    "account_login", "account_signup", "account_logout", "account_email", "accounts:home", "accounts:name",
    "accounts:delete", "mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_one_h1_a_title_and_no_inline_script(client, page):
    if page not in ("account_login", "account_signup"):
        client.force_login(samples.user())
    html = client.get(reverse(page)).content.decode()
    assert len(re.findall(r"<h1[\s>]", html)) == 1
    assert not re.search(r"<title>\s*–", html)
    scripts = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", html)
    assert not scripts
    assert " style=" not in html


def test_staff_without_a_second_factor_are_led_to_set_one_up(client, settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = True
    client.force_login(samples.staff(RoleKind.EDITOR, city.department()))
    assert client.get("/staff/").url == reverse("mfa_index")


def test_staff_with_a_second_factor_come_in(client, settings):
    settings.STAFF_NEEDS_SECOND_FACTOR = True
    person = samples.staff(RoleKind.EDITOR, city.department())
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(person)
    assert client.get("/staff/").status_code == 200


def test_production_asks_staff_for_a_second_factor():
    from pathlib import Path

    from mitwirken.config import settings as module

    assert "STAFF_NEEDS_SECOND_FACTOR = not (DEBUG or TESTING)" in Path(module.__file__).read_text()


def test_wagtails_own_password_page_is_not_a_second_door(client):
    assert client.get("/staff/login/").url.startswith("/konto/anmelden/")


def test_the_staff_area_has_its_own_policy_and_is_never_cached(client):
    client.force_login(samples.staff(RoleKind.EDITOR, city.department()))
    answer = client.get("/staff/")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_too_many_codes_from_one_address_are_refused(client):
    for _number in range(100):
        client.post("/konto/anmelden/", {"email": ""})
    assert client.post("/konto/anmelden/", {"email": ""}).status_code == 429


def test_a_new_address_counts_once_its_code_is_entered(client):
    person = samples.user(email="alt@beispiel.example")
    client.force_login(person)
    client.post("/konto/adressen/", {"email": "neu@beispiel.example", "action_add": "1"})
    person.refresh_from_db()
    assert person.email == "alt@beispiel.example"
    letter = Letter.objects.get(to_address="neu@beispiel.example")
    client.post("/konto/bestaetigen/", {"code": code_in(letter)})
    person.refresh_from_db()
    assert person.email == "neu@beispiel.example"


def test_an_app_is_set_up_and_then_asked_for_at_sign_in(client):
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        generate_totp_secret,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    person = samples.user()
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    client.post("/konto/anmelden/", {"email": person.email})
    answer = client.post("/konto/anmelden/code/", {"code": code_in(Letter.objects.latest("id"))})
    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert "<h1" in client.get(reverse("mfa_authenticate")).content.decode()
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get("/konto/").status_code == 200


def test_there_is_no_other_door_with_a_password(client):
    assert client.get("/_util/login/?next=/konto/")["Location"] == "/konto/anmelden/?next=/konto/"


@pytest.mark.parametrize("address", ["/mitmachpool/anmelden/", "/mitmachpool/link/", "/konto/anmelden/"])
def test_the_time_of_an_answer_does_not_tell_who_is_known(client, settings, address):
    settings.EVEN_SECONDS = 0.5
    begun = time.monotonic()
    client.post(address, {"email": "fremd@beispiel.example", "frequency": "weekly", "lang": "de", "agree": "on"})
    assert time.monotonic() - begun >= 0.5
