"""What the pool manager notes about a department, and which time a report covers."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mitwirken.ui.forms import YEARS

from ..models import DepartmentAccess

POINTS = {
    "reply": _("Answers reach somebody: an address for replies is set."),
    "writer": _("Somebody in the department may write: a project lead or a pool manager has an account."),
    "privacy": _("The data protection officer knows that this department uses the pool, and for what."),
    "training": _("Whoever writes has read the handbook's pages on mailings and sent a test mail to themselves."),
    "rhythm": _("It is agreed with the coordination office how often the department writes, and about what."),
}


class AccessForm(forms.Form):
    """How far one department is."""

    reply_to = forms.EmailField(
        label=_("Address for replies"),
        help_text=_("Members answer mails. Choose an address that somebody reads every working day."),
        required=False,
    )
    mails_per_month = forms.IntegerField(
        label=_("Mailings in 30 days"),
        help_text=_("Bulletins, tasks and invitations together. News of published offers do not count."),
        min_value=1,
        max_value=60,
    )
    privacy = forms.BooleanField(label=POINTS["privacy"], required=False)
    training = forms.BooleanField(label=POINTS["training"], required=False)
    rhythm = forms.BooleanField(label=POINTS["rhythm"], required=False)

    @classmethod
    def of(cls, access: DepartmentAccess, data=None):
        """The form as it was saved last."""
        return cls(
            data,
            initial={
                "reply_to": access.reply_to,
                "mails_per_month": access.mails_per_month,
                **access.checklist,
            },
        )


class PeriodForm(forms.Form):
    """The time of a report: whole days, both included."""

    von = forms.DateField(label=_("from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    bis = forms.DateField(label=_("until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean(self):
        given = super().clean()
        if given.get("von") and given.get("bis"):
            if not {given["von"].year, given["bis"].year} <= set(YEARS):
                raise forms.ValidationError(_("There is no report for such a year. Please look at the two dates."))
            if given["von"] > given["bis"]:
                raise forms.ValidationError(_("The end lies before the beginning. Please swap the two dates."))
            if given["bis"] - given["von"] > timedelta(days=366 * 3):
                raise forms.ValidationError(_("A report covers three years at most. Please choose a shorter time."))
        return given

    def period(self):
        """(first moment, first moment after it) in the city's time."""
        zone = timezone.get_default_timezone()
        start, end = self.cleaned_data["von"], self.cleaned_data["bis"] + timedelta(days=1)
        return tuple(timezone.datetime(day.year, day.month, day.day, tzinfo=zone) for day in (start, end))
