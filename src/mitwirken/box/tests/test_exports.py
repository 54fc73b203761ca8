"""The toolbox as open data."""

import json

import pytest
from django.conf import settings
from django.urls import reverse

pytestmark = pytest.mark.django_db


def plain(value):
    """Codes follow the order of their vocabulary: lists compare without order. Nothing is nothing."""
    words = (json.dumps(item, sort_keys=True) for item in value) if isinstance(value, list) else ()
    return sorted(words) or (None if isinstance(value, list) else value or None)


@pytest.mark.parametrize(("name", "part"), [("formats", "formats"), ("cases", "cases")])
def test_what_goes_out_says_the_same_as_what_came_in(client, toolbox, name, part):
    came_in = json.loads((settings.BASE_DIR / f"content/{part}.json").read_text())[part]
    went_out = {row["id"]: row for row in client.get(reverse(f"box:{name}_json")).json()[part]}
    for entry in came_in:
        for field, value in went_out[entry["id"]].items():
            if field != "url":
                assert plain(value) == plain(entry[field]), (entry["id"], field)


def test_open_data_names_its_licence_and_may_be_read_from_elsewhere(client, toolbox):
    answer = client.get(reverse("box:formats_json"))
    assert answer.json()["license"].startswith("https://creativecommons.org/licenses/by/4.0")
    assert answer["Access-Control-Allow-Origin"] == "*"
