"""Pages of the kit itself: the style guide and the pages for when something is wrong."""

import re

import pytest
from django.template.loader import render_to_string

pytestmark = pytest.mark.django_db


def test_the_style_guide_shows_every_component(client):
    page = client.get("/styleguide/").content.decode()
    assert page.count("<h1") == 1
    assert 'id="card"' in page
    assert 'id="receipt"' in page


def test_a_page_needs_no_cookie_and_no_request_to_others(client):
    response = client.get("/styleguide/")
    assert not response.cookies
    assert not re.findall(r'(?:src|href)="https?://(?!video\.example|stadt\.example)', response.content.decode())


def test_every_page_can_be_read_in_the_other_language(client):
    page = client.get("/styleguide/?lang=en&x=1").content.decode()
    assert '<html lang="en" dir="ltr">' in page
    assert "lang=de" in page
    assert "x=1" in page


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429"])
def test_an_error_page_says_what_happened_and_where_to_go(name, rf):
    page = render_to_string(f"{name}.html", request=rf.get("/x/"))
    assert page.count("<h1") == 1
    assert 'href="/kontakt/"' in page


def test_the_page_for_our_own_failure_needs_nothing():
    page = render_to_string("500.html")
    assert page.count("<h1") == 1
    assert "{%" not in page


def test_every_mandatory_link_is_on_every_page(client):
    page = client.get("/styleguide/").content.decode()
    wanted = (
        "impressum datenschutz barrierefreiheit barriere-melden leichte-sprache gebaerdensprache netiquette "
        "nutzungsbedingungen offene-daten kontakt hilfe"
    )
    assert not [name for name in wanted.split() if f'href="/{name}/"' not in page]
