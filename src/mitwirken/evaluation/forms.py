"""The short form as a page: three faces and "I do not know", nothing required."""

from typing import Any

from django import forms
from django.core import signing
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mitwirken.core import codes
from mitwirken.ui.forms import PublicForm
from mitwirken.ui.templatetags.ui import icon

UNKNOWN = "unknown"
SIGNER = "evaluation.form"
# A form left open for two days still counts; an old one is asked to be loaded again.
FORM_LIVES = 2 * 24 * 3600


def faces() -> list[tuple[str, SafeString]]:
    """The answers in words, each with its face; nobody needs to see the face to answer."""
    return [
        ("1", format_html("{} {}", icon("face-no"), _("No"))),
        ("3", format_html("{} {}", icon("face-some"), _("A little"))),
        ("5", format_html("{} {}", icon("face-yes"), _("Yes"))),
        (UNKNOWN, format_html("{}", _("I do not know"))),
    ]


def words() -> list[tuple[str, Any]]:
    """The same answers without faces, for typing in paper sheets."""
    return [("1", _("No")), ("3", _("A little")), ("5", _("Yes")), (UNKNOWN, _("I do not know"))]


def new_form_key() -> str:
    """A signed one-time key: this very form, handed in twice, makes one sheet. It replaces a cookie."""
    return signing.TimestampSigner(salt=SIGNER).sign(codes.new_code())


class SheetForm(PublicForm):
    """The frozen questions of one run; none must be answered, which the page says once."""

    marks_optional = False

    form_key = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)

    def __init__(self, *args, questions, plain=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions, self.plain = questions, plain
        for question in questions:
            self.fields[question["code"]] = forms.ChoiceField(
                label=question["text"], choices=words if plain else faces, widget=forms.RadioSelect, required=False
            )

    def clean_form_key(self):
        try:
            return signing.TimestampSigner(salt=SIGNER).unsign(self.cleaned_data["form_key"], max_age=FORM_LIVES)
        except signing.BadSignature as error:
            raise forms.ValidationError(
                _("This form was open for a long time. Please check your answers and send it once more.")
            ) from error

    @property
    def sentences(self):
        """The bound fields of the questions, in their order."""
        return [self[question["code"]] for question in self.questions]

    @property
    def answers(self) -> dict[str, int | None]:
        """What was marked; left-out questions are not in it."""
        marked = {question["code"]: self.cleaned_data.get(question["code"], "") for question in self.questions}
        return {code: None if mark == UNKNOWN else int(mark) for code, mark in marked.items() if mark}

    def renewed(self) -> "SheetForm":
        """The same answers and errors; a form that was open too long gets a key that works."""
        if "form_key" not in self.errors:
            return self
        data = {**dict(self.data.items()), "form_key": new_form_key()}
        fresh = SheetForm(data, questions=self.questions, plain=self.plain)
        fresh.is_valid()
        fresh.add_error(None, self.errors["form_key"])
        return fresh
