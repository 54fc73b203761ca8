from datetime import timedelta

import pytest

from mitwirken.core import clock
from mitwirken.modules.external import samples

pytestmark = pytest.mark.django_db


def test_an_open_offer_names_the_provider_before_people_leave(client):
    step = samples.step()
    page = client.get(step.get_absolute_url())
    assert "Beteiligungsportal des Landes" in page.text
    assert f'href="{step.external_url}"' in page.text
    assert not page.cookies


def test_without_a_named_provider_the_other_site_is_named(client):
    step = samples.step(settings={})
    assert "beteiligung.example" in client.get(step.get_absolute_url()).text


def test_an_offer_that_has_not_begun_shows_no_way_there(client):
    step = samples.step(starts_at=clock.now() + timedelta(days=2))
    page = client.get(step.get_absolute_url())
    assert step.external_url not in page.text
    assert "noch nicht begonnen" in page.text


def test_an_ended_offer_tells_its_result(client):
    step = samples.step(ends_at=clock.now() - timedelta(days=1))
    samples.fill(step)
    page = client.get(step.get_absolute_url())
    assert "Wochenmarkt am Nachmittag" in page.text
    assert "214" in page.text
    assert step.module.count(step) == 214


def test_a_withdrawn_offer_says_so(client):
    page = client.get(samples.step(state="withdrawn").get_absolute_url())
    assert page.status_code == 410
    assert "zurückgezogen" in page.text


def test_the_page_costs_few_queries(client, django_assert_max_num_queries):
    step = samples.step()
    with django_assert_max_num_queries(12):
        client.get(step.get_absolute_url())
