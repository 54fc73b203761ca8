"""What people may write to the city, and staff back."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from mitwirken.city.models import Department
from mitwirken.ui.forms import PublicForm

from .models import Subject

WHAT = _("Please choose what it is about.")
_KEY = re.compile(r"^[A-Za-z0-9_-]{16,40}$")


class _Message(PublicForm):
    """What every message to the desk has."""

    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        required=False,
        help_text=_("We need it to answer you. Without it we only read your message."),
        error_messages={"invalid": _("This is not a complete e-mail address. Example: name@beispiel.de")},
    )
    submission_key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_submission_key(self) -> str:
        """A key that was tampered with is no key; the message counts all the same."""
        key = self.cleaned_data["submission_key"]
        return key if _KEY.match(key) else ""


class ContactForm(_Message):
    subject = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("", _("Please choose")), *(choice for choice in Subject.choices if choice[0] != Subject.BARRIER)],
        error_messages={"required": WHAT, "invalid_choice": WHAT},
    )
    text = forms.CharField(
        label=_("Your message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please write your message here.")},
    )
    field_order = ["subject", "text", "name", "email"]


class BarrierForm(_Message):
    page = forms.CharField(
        label=_("On which page?"),
        max_length=300,
        required=False,
        help_text=_("The address of the page, if you know it."),
    )
    text = forms.CharField(
        label=_("What does not work for you?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("If you like, name your device and the aid you use, for example a screen reader."),
        error_messages={"required": _("Please write what does not work.")},
    )
    field_order = ["page", "text", "name", "email"]


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Answer"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please write an answer.")},
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note for colleagues"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please write a note.")},
    )


class AssignForm(forms.Form):
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.all(),
        required=False,
        empty_label=_("Coordination office"),
    )
