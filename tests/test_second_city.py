"""Another city is another content folder: nothing in the code knows the first one's name."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from mitwirken.city import actions as city_actions
from mitwirken.city.models import Department, District, Topic
from mitwirken.core import clock
from mitwirken.evaluation.actions import runs as evaluation_actions
from mitwirken.portal import samples as portal
from mitwirken.website import actions as website_actions

MUSTERSTADT = Path(__file__).parent / "content" / "musterstadt"
SOURCE = Path(__file__).parents[1] / "src" / "mitwirken"
TEXT = {".py", ".html", ".txt", ".po", ".js", ".css", ".svg", ".md"}


@pytest.fixture
def musterstadt(db, settings):
    settings.CONTENT_DIR = MUSTERSTADT
    city_actions.load_city(MUSTERSTADT)
    website_actions.load_pages(MUSTERSTADT)


@pytest.mark.parametrize("name", ["website:home", "portal:offers", "box:start", "pool:start", "website:contact"])
def test_every_way_in_carries_the_name_of_the_second_city(client, musterstadt, name):
    page = client.get(reverse(name)).content.decode()

    assert "Musterstadt" in re.search(r"<title>(.*?)</title>", page, re.S)[1]
    assert "Dortmund" not in page


def test_the_map_of_the_second_city_has_nine_tiles(client, musterstadt):
    page = client.get(reverse("website:home")).content.decode()

    assert page.count('data-district="') == 9


def test_departments_and_topics_are_those_of_the_second_city(musterstadt):
    assert set(Department.objects.values_list("slug", flat=True)) == {"hauptamt", "tiefbau"}
    assert set(Topic.objects.values_list("code", flat=True)) == {"river", "mobility", "school"}
    assert District.objects.count() == 9


def test_the_second_city_brings_its_own_colours(client, musterstadt):
    page = client.get("/").content.decode()
    address = re.search(r'href="(/stadt/thema\.css[^"]*)"', page)[1]

    assert "#9ad1c4" in client.get(address).content.decode()


def test_a_city_without_toolbox_archive_and_questionnaire_loads_all_the_same(db):
    call_command("load_content", folder=MUSTERSTADT, stdout=StringIO())

    assert Department.objects.count() == 2


def test_a_city_without_a_questionnaire_asks_ours(musterstadt):
    now = clock.now()
    step = portal.step(ends_at=now - timedelta(days=1))

    assert len(evaluation_actions.open_run(step, at=now).questions) == 6


def test_no_code_knows_the_first_city():
    knowing = [
        str(path.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("*"))
        if path.suffix in TEXT and "vendor" not in path.parts and "Dortmund" in path.read_text(encoding="utf-8")
    ]

    assert knowing == []
