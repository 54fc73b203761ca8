"""Choosing people: a saved selection, or a rule made on the spot. Works without JavaScript, counts live with it.

In a view of your feature::

    rule_form = RuleForm(request.POST or None, user=request.user, purpose=Purpose.TASKS, at=now, rule=draft.rule)
    if request.method == "POST" and "count" not in request.POST and rule_form.is_valid(): … rule_form.rule()

`request.POST` with "count" is the button that only counts: show the form again. In the template, inside your own
form, ``{% include "pool/staff/_rule.html" with form=rule_form %}`` and, in the block `extra_js`,
``{% include "pool/staff/_rule_script.html" %}``. `rule_form.saved_selection()` is the
saved selection, if one was taken. With `leaves_at_once=True` it asks whether a mailing that leaves at once is also for
members who chose weekly or monthly mails, and counts both.
"""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mitwirken.accounts.policies import Person
from mitwirken.city.models import District, Topic
from mitwirken.ui.forms import SeveralField

from . import policies, selecting
from .choosing import choose_among
from .forms import WAYS
from .forms import kinds as kind_choices
from .matching import Selection as Rule
from .models import Channel, Frequency, Purpose, Selection

DISTANCES = [(500, _("500 metres")), (1000, _("1 kilometre")), (2000, _("2 kilometres")), (3000, _("3 kilometres"))]
# 51.5136, 7.4653 or 51,5136 7,4653: as maps show it, and as people copy it.
PLACE = re.compile(r"\s*(-?\d{1,2}[.,]\d+)\s*[,;\s]\s*(-?\d{1,3}[.,]\d+)\s*")
# What a field of the form is called in the rule; "any" and "none" stand one level deeper.
ALL = ("topics", "districts", "kinds", "ways", "channels", "languages", "frequencies")
GROUPED = ("topics", "districts", "kinds")
TURN = ("not_asked_days", "at_most")
PACES = [
    ("now", _("only members who want mails at once")),
    ("all", _("everybody, also members who chose weekly or monthly mails")),
]


def _topics(label: Any) -> forms.Field:
    return SeveralField(Topic.objects.all(), label=label, required=False)


def _districts(label: Any) -> forms.Field:
    return SeveralField(District.objects.all(), label=label, required=False)


def _several(choices: Any, label: Any, **options: Any) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=choices, label=label, required=False, widget=forms.CheckboxSelectMultiple, **options
    )


class PlaceField(forms.CharField):
    """Two numbers as a map shows them."""

    def clean(self, value: Any) -> tuple[float, float] | None:
        text = super().clean(value)
        if not text:
            return None
        found = PLACE.fullmatch(text)
        lat, lon = (float(number.replace(",", ".")) for number in found.groups()) if found else (91.0, 0.0)
        if not (-85 <= lat <= 85 and -180 <= lon <= 180):
            raise forms.ValidationError(
                _("This is not a place on the map. Write two numbers like 51.5136, 7.4653: first north, then east.")
            )
        return lat, lon


class RuleForm(forms.Form):
    """Whom a mailing is for. Nothing chosen: everybody in the people pool."""

    saved = forms.ModelChoiceField(
        Selection.objects.none(),
        label=_("A saved selection"),
        help_text=_("If you take one, what you choose below does not count."),
        empty_label=_("none, I choose here"),
        required=False,
    )
    topics = _topics(_("Topics"))
    districts = _districts(_("Districts"))
    kinds = _several(kind_choices, _("Kinds of taking part"))
    ways = _several(WAYS, _("Where they like to take part"))
    channels = _several([(str(code), label) for code, label in Channel.choices], _("How we reach them"))
    languages = _several(settings.LANGUAGES, _("Language of the mails"))
    frequencies = _several(Frequency.choices, _("How often they want mails"))
    pace = forms.ChoiceField(
        choices=PACES,
        label=_("This mail leaves at once. Who gets it?"),
        help_text=_("Some members chose to get mails weekly or monthly only. It does not wait for their day."),
        widget=forms.RadioSelect,
    )
    plain_language = forms.BooleanField(label=_("Only people who want plain language"), required=False)
    place = PlaceField(
        label=_("Near a place"),
        help_text=_("Two numbers as a map shows them, for instance 51.5136, 7.4653. Finds who gave a place near it."),
        required=False,
        max_length=60,
    )
    metres = forms.TypedChoiceField(choices=DISTANCES, coerce=int, label=_("How near"), required=False, initial=1000)
    any_topics = _topics(_("Topics"))
    any_districts = _districts(_("Districts"))
    any_kinds = _several(kind_choices, _("Kinds of taking part"))
    none_topics = _topics(_("Topics"))
    none_districts = _districts(_("Districts"))
    none_kinds = _several(kind_choices, _("Kinds of taking part"))
    not_asked_days = forms.IntegerField(
        label=_("Not asked in the last … days"),
        help_text=_("Leaves out who got a task or an invitation in this time."),
        required=False,
        min_value=1,
        max_value=3650,
    )
    at_most = forms.IntegerField(
        label=_("At most so many people"),
        help_text=_(
            "First who was never asked, then who was not asked for the longest time. Chance decides among equals."
        ),
        required=False,
        min_value=1,
        max_value=1_000_000,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        user: Person,
        purpose: str,
        at: datetime,
        rule: Rule | None = None,
        with_saved: bool = True,
        leaves_at_once: bool = False,
        prefix: str = "rule",
    ) -> None:
        self.purpose, self.at, self._given = purpose, at, rule or selecting.EVERYBODY
        self.leaves_at_once = leaves_at_once
        shown = _initial(selecting.for_every_pace(self._given) if leaves_at_once else self._given)
        pace = "all" if selecting.reaches_every_pace(self._given) else "now"
        super().__init__(data, prefix=prefix, initial=shown | {"pace": pace})
        if not leaves_at_once:
            del self.fields["pace"]
        elif "frequencies" not in shown and f"{prefix}-frequencies" not in (data or {}):
            # One question about how often people want mails is enough.
            del self.fields["frequencies"]
        choices = policies.selections_for(user)
        if with_saved and choices.exists():
            self.fields["saved"].label_from_instance = _with_department  # type: ignore[attr-defined]
            choose_among(self, "saved", choices, order=["name", "pk"], words=["name", "department__short_name"])
        else:
            del self.fields["saved"]

    def saved_selection(self) -> Selection | None:
        """The saved selection that was taken, if any; call after `is_valid()`."""
        return self.cleaned_data.get("saved")

    def rule(self) -> Rule:
        """What was chosen; call after `is_valid()`."""
        rule = self._chosen()
        return selecting.at_once(rule) if self.cleaned_data.get("pace") == "now" else rule

    def _chosen(self) -> Rule:
        saved = self.saved_selection()
        return saved.rule if saved else _rule(self.cleaned_data)

    @property
    def current(self) -> Rule | None:
        """The rule as it stands in the form now; None while something in it is wrong."""
        if not self.is_bound:
            return self._given
        return self.rule() if self.is_valid() else None

    @property
    def people(self) -> str:
        """How many people would get it now, as we show it; empty while something is wrong."""
        rule = self.current
        if rule is None:
            return ""
        return selecting.roughly(selecting.count(rule, purpose=self.purpose, at=self.at))

    @property
    def paces(self) -> list[tuple[str, str]]:
        """How many people each answer to "who hears of it at once" reaches; empty if it is not asked."""
        if not self.leaves_at_once or self.current is None:
            return []
        every = self._chosen() if self.is_bound else selecting.for_every_pace(self._given)
        rules = {"now": selecting.at_once(every), "all": every}
        return [
            (str(label), selecting.roughly(selecting.count(rules[code], purpose=self.purpose, at=self.at)))
            for code, label in PACES
        ]

    @property
    def purpose_label(self) -> str:
        return str(Purpose(self.purpose).label)

    @property
    def sentence(self) -> str:
        rule = self.current
        return "" if rule is None else selecting.in_words(rule)

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fields as the page shows them: legend, hint, fields, whether the group is unfolded."""
        every = [*ALL, "plain_language", "place", "metres"]
        return [
            self._group("all", _("All of these"), _("People must fit every line you use here."), every, unfolded=True),
            self._group(
                "any", _("At least one of these"), _("One hit is enough."), [f"any_{name}" for name in GROUPED]
            ),
            self._group(
                "none",
                _("None of these"),
                _("Leaves out who chose one of these themselves. Who chose everything stays."),
                [f"none_{name}" for name in GROUPED],
            ),
            self._group(
                "turn",
                _("Whose turn it is"),
                _("So that it is not always the same people."),
                [name for name in TURN if name in self.fields],
                unfolded=True,
            ),
        ]

    def _group(self, code: str, legend: Any, hint: Any, names: list[str], *, unfolded: bool = False) -> dict[str, Any]:
        fields = [self[name] for name in names if name in self.fields]
        used = any(field.value() for field in fields) or any(field.errors for field in fields)
        return {"code": code, "legend": legend, "hint": hint, "fields": fields, "unfolded": unfolded or used}


class PeopleForm(RuleForm):
    """Whom something is for that says itself how many people it wants (tasks, invitations)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["at_most"]


def _with_department(saved: Selection) -> str:
    """Departments name their selections alike."""
    return f"{saved.name} ({saved.department.short_name})"


def _values(given: Any) -> list[Any]:
    return [getattr(value, "pk", value) for value in given]


def _rule(given: dict[str, Any]) -> Rule:
    parts: list[Rule] = [{name: _values(given[name])} for name in ALL if given.get(name)]
    for part in parts:
        if "channels" in part:
            part["channels"] = [int(code) for code in part["channels"]]
    if given["plain_language"]:
        parts.append({"plain_language": True})
    if given["place"]:
        lat, lon = given["place"]
        parts.append({"near": {"lat": lat, "lon": lon, "metres": given["metres"] or 1000}})
    one = [{name: _values(given[f"any_{name}"])} for name in GROUPED if given[f"any_{name}"]]
    if one:
        parts.append({"or": one})
    out = [{f"chose_{name}": _values(given[f"none_{name}"])} for name in GROUPED if given[f"none_{name}"]]
    if out:
        parts.append({"not": {"or": out}})
    parts += [{name: given[name]} for name in TURN if given.get(name)]
    return {"and": parts}


def _initial(rule: Rule) -> dict[str, Any]:
    """The way back: what the form shows for a rule it made."""
    shown: dict[str, Any] = {}
    for part in rule.get("and", []):
        word, value = next(iter(part.items()))
        if word == "near":
            shown["place"], shown["metres"] = f"{value['lat']}, {value['lon']}", value["metres"]
        elif word == "or":
            shown |= {f"any_{name}": values for one in value for name, values in one.items()}
        elif word == "not":
            shown |= {name.replace("chose_", "none_"): v for one in value.get("or", []) for name, v in one.items()}
        else:
            shown[word] = value
    return shown
