"""What staff say about an offer that takes place elsewhere; kept in `Step.settings`."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ExternalSettings(forms.Form):
    provider = forms.CharField(
        label=_("Who runs the offer elsewhere"),
        help_text=_("Shown before people leave this site. Empty: the name of the other site."),
        max_length=120,
        required=False,
    )
    participants = forms.IntegerField(
        label=_("Number of people who took part"), min_value=0, max_value=10_000_000, required=False
    )
    result = forms.CharField(
        label=_("What came of it"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    source_url = forms.URLField(label=_("Source"), required=False, max_length=500, assume_scheme="https")
