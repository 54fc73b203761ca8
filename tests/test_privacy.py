"""Every stored field has a purpose, a basis and an end, or the test names it."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

REGISTER = tomllib.loads((Path(__file__).resolve().parents[1] / "privacy.toml").read_text())
OURS = [model for model in apps.get_models() if model.__module__.startswith("mitwirken.")]
THEIRS = [model for model in apps.get_models() if model not in OURS]
KEYS = {"purpose", "basis", "retention"}


def points_to_people(model) -> set[str]:
    """The fields of a foreign table that hold or name a person, as far as their type tells."""
    return {
        field.name
        for field in model._meta.local_fields
        if isinstance(field, models.EmailField | models.GenericIPAddressField)
        or (field.remote_field and field.remote_field.model is get_user_model())
    }


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_field_is_registered(model):
    entry = REGISTER.get(model._meta.label, {})
    fields = {field.name for field in model._meta.local_fields + model._meta.local_many_to_many if field.name != "id"}
    assert entry, f"{model._meta.label} is missing in privacy.toml"
    assert fields == (set(entry.get("personal", [])) | set(entry.get("other", []))) - {"id"}


@pytest.mark.parametrize("model", list(filter(points_to_people, THEIRS)), ids=lambda model: model._meta.label)
def test_every_person_in_a_table_of_the_framework_is_registered(model):
    entry = REGISTER.get(model._meta.label, {})
    assert entry, f"{model._meta.label} is missing in privacy.toml"
    assert points_to_people(model) <= set(entry["personal"])
    assert set(entry["personal"]) <= {field.name for field in model._meta.local_fields}


def test_sessions_are_registered_though_no_field_says_so():
    assert REGISTER["sessions.Session"]["personal"] == ["session_data"]


@pytest.mark.parametrize("label", sorted(REGISTER))
def test_every_entry_is_complete(label):
    entry = REGISTER[label]
    assert label in {model._meta.label for model in OURS + THEIRS}, "no such model"
    assert all(entry.get(key) for key in KEYS)
    assert set(entry.get("export", [])) <= set(entry.get("personal", []))
    assert not entry.get("personal") or not entry["basis"].startswith("none")
