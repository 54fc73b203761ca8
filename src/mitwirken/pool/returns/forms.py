from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    """The address somebody calls about."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("As the person tells it to you."))
