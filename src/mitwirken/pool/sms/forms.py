"""A mobile number with the agreement, and the code that proves it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mitwirken.ui.forms import PublicForm

from . import numbers


class NumberForm(PublicForm):
    """Where text messages shall go."""

    number = forms.CharField(
        label=_("Mobile number"),
        help_text=_("For example 0171 3920099."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    agree = forms.BooleanField(label=_("I agree."), help_text=_("You agree to the words above."))

    def clean_number(self):
        number = numbers.plain(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(
                _("We can send no text message to this number. Please give a mobile number, with all its digits.")
            )
        return number


class DigitsForm(PublicForm):
    """The code from the text message."""

    code = forms.CharField(
        label=_("Code from the text message"),
        help_text=_("Six digits."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self):
        return "".join(sign for sign in self.cleaned_data["code"] if sign in "0123456789")
