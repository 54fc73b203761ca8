"""What guests answer, and what staff write."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mitwirken.portal.models import SectionPage, Step
from mitwirken.ui.forms import LIMITS, LineField, MomentField, PublicForm

from ..asking.forms import offer_departments
from ..choosing import choose_among
from .models import Event, Guest, Reply

FIELDS = {
    **dict.fromkeys(["starts_at", "ends_at", "answer_by"], MomentField),
    **dict.fromkeys(["title", "place"], LineField),
}


class ReplyForm(PublicForm):
    """Do you come? With how many?"""

    comes = forms.ChoiceField(
        label=_("Do you come?"),
        choices=[("yes", _("Yes, I come")), ("no", _("No, I do not come"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose yes or no.")},
    )

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if event.companions:
            people: list[tuple[int, Any]] = [(0, _("I come alone"))]
            people += [
                (number, ngettext("%(n)s person comes along", "%(n)s persons come along", number) % {"n": number})
                for number in range(1, event.companions + 1)
            ]
            self.fields["companions"] = forms.TypedChoiceField(
                label=_("Do you bring somebody along?"),
                choices=people,
                coerce=int,
                required=False,
                help_text=_("Each of them takes one of the places."),
            )
        self.fields["website"] = self.fields.pop("website")

    @classmethod
    def kept(cls, guest: Guest) -> dict[str, Any]:
        comes = {Reply.YES: "yes", Reply.WAITING: "yes", Reply.NO: "no"}.get(Reply(guest.reply), "")
        return {"comes": comes, "companions": guest.companions}


class CallForm(ReplyForm):
    """Staff type in a yes or no that came by telephone or letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = forms.CharField(
            label=_("Code of the invitation"), max_length=40, help_text=_("Twelve letters and digits.")
        )
        self.fields["comes"].label = _("Does the person come?")
        self.fields["comes"].choices = [("yes", _("Yes, comes")), ("no", _("No, does not come"))]  # type: ignore[attr-defined]
        self.fields = {"code": code, **self.fields}


class MoreForm(PublicForm):
    """Only for people who come, and both may stay empty."""

    marks_optional = False

    name = LineField(
        label=_("Name for the list at the door"),
        help_text=_("Without a name you say your code at the door."),
        max_length=80,
        required=False,
    )
    needs = forms.CharField(
        label=_("What helps you to take part?"),
        help_text=_(
            "For instance a place for a wheelchair, sign language, or large print. Deleted 30 days afterwards."
        ),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=LIMITS,
    )


class EventForm(forms.ModelForm):
    """What people are invited to, and how many."""

    class Meta:
        model = Event
        fields = [
            "department", "step", "title", "text", "starts_at", "ends_at", "place", "access", "places", "companions",
            "answer_by", "people", "remind_week", "remind_day",
        ]  # fmt: skip
        field_classes = FIELDS
        widgets = {
            "text": forms.Textarea(attrs={"rows": 5}),
            "access": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "step": _("If it belongs to a project: another date or place of the step then changes this event, too."),
            "companions": _("0 to 3. Each of them takes a place."),
        }

    def __init__(self, *args: Any, departments: list[Any], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_departments(self, departments)
        step = cast(forms.ModelChoiceField, self.fields["step"])
        step.empty_label = _("none, it stands for itself")
        steps = steps_of(departments, at=at)
        choose_among(self, "step", steps, order=["starts_at", "pk"], words=["title", "project__title"])
        for name in ("text", "access"):
            self.fields[name].error_messages |= LIMITS

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        check_times(self, given)
        return given


def steps_of(departments: list[Any], *, at: datetime) -> Any:
    """The published steps of these departments that are still to come."""
    mine = Q(pk=None)
    for path in SectionPage.objects.filter(department__in=departments).values_list("path", flat=True):
        mine |= Q(project__path__startswith=path)
    return Step.objects.published().filter(mine, starts_at__gt=at).order_by("starts_at")


def check_times(form: forms.Form | forms.ModelForm, given: dict[str, Any]) -> None:
    starts, ends, until = given.get("starts_at"), given.get("ends_at"), given.get("answer_by")
    if starts and ends and ends <= starts:
        form.add_error("ends_at", _("The end must be after the beginning."))
    if starts and until and until > starts:
        form.add_error("answer_by", _("The last day for answers must be before the beginning."))


class ChangeForm(forms.ModelForm):
    """What may change after people were invited."""

    class Meta:
        model = Event
        fields = ["starts_at", "ends_at", "place", "access", "places", "answer_by", "remind_week", "remind_day"]
        field_classes = FIELDS
        widgets = {"access": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        check_times(self, given)
        return given


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why does it not take place?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody who comes or waits gets this sentence by mail at once."),
        error_messages=LIMITS,
    )
