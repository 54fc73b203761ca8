"""What becomes a subject, a heading or a line of an address is one line, in every form of the pool."""

import pytest
from django import forms
from django.apps import apps
from django.utils.module_loading import autodiscover_modules

from mitwirken.city import samples as city
from mitwirken.pool.assignments import samples as assignments
from mitwirken.pool.assignments.forms import TaskForm
from mitwirken.pool.bulletins.forms import text_fields
from mitwirken.pool.invitations import samples as invitations
from mitwirken.pool.invitations.forms import ChangeForm
from mitwirken.ui.forms import LineField

# Read sign by sign, looked up and not kept: nobody sees them again as a line.
LOOKED_UP = {"code", "number", "address"}


def every_form():
    autodiscover_modules("forms", "desk_forms", "rule_form")
    found, waiting = set(), [forms.BaseForm]
    while waiting:
        waiting += (children := waiting.pop().__subclasses__())
        found.update(children)
    inside = [form for form in found if form.__module__.startswith("mitwirken.pool")]
    return sorted(inside, key=lambda form: f"{form.__module__}.{form.__name__}")


def one_liners():
    for form in every_form():
        for name, field in getattr(form, "base_fields", {}).items():
            is_plain = type(field) in (forms.CharField, LineField) and type(field.widget) is forms.TextInput
            if is_plain and name not in LOOKED_UP:
                yield f"{form.__module__}.{form.__name__}", name, field
    for name, field in text_fields().items():
        if not name.startswith("body"):
            yield "bulletins", name, field


def test_every_field_with_one_line_keeps_one_line():
    found = list(one_liners())
    assert len(found) > 20
    assert not [(form, name) for form, name, field in found if not isinstance(field, LineField)]


def test_forms_of_every_feature_are_looked_at():
    looked_at = {form.__module__.split(".")[2] for form in every_form()}
    assert {"assignments", "invitations", "bulletins", "selections", "imports", "desk_forms"} <= looked_at
    assert apps.is_installed("mitwirken.pool.assignments")


@pytest.mark.django_db
def test_a_line_break_in_a_title_reaches_no_mail():
    department = assignments.enabled(city.department())
    drafted = assignments.task(department)
    given = {name: getattr(drafted, name) for name in ("kind", "text", "minutes", "remind_days", "people")}
    given |= {"title": "Neuer\r\nBcc: alle@stadt.example", "department": department.pk, "ends_at": "2030-01-01T10:00"}
    form = TaskForm(given, instance=drafted, departments=[department])
    assert form.is_valid(), form.errors
    assert form.save(commit=False).title == "Neuer Bcc: alle@stadt.example"


@pytest.mark.django_db
def test_a_line_break_in_the_place_of_an_event_goes_when_it_is_changed():
    event = invitations.event()
    given = {name: getattr(event, name) for name in ("starts_at", "ends_at", "answer_by", "places", "access")}
    form = ChangeForm(given | {"place": "Rathaus\nRaum 2"}, instance=event)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["place"] == "Rathaus Raum 2"
