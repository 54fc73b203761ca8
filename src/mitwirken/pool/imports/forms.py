"""What a pool manager fills in: the list, its columns, a campaign."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import departments_of
from mitwirken.city.models import Department
from mitwirken.ui.forms import LineField

from ..models import Campaign
from . import columns
from .actions import LARGEST
from .models import ImportRun, Mode
from .problems import FILES

LABELS = {
    "email": _("E-mail address"),
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Family name"),
    "street": _("Street and number"),
    "postcode": _("Postcode"),
    "town": _("Town"),
    "topics": _("Topics"),
    "districts": _("Districts"),
    "lang": _("Language"),
    "frequency": _("How often"),
    "consent_date": _("Evidence: date of the agreement"),
    "consent_source": _("Evidence: source"),
    "consent_file": _("Evidence: file reference"),
}


class UploadForm(forms.Form):
    """The list itself."""

    label = LineField(
        label=_("Name of the list"), max_length=120, help_text=_("For example: Citizens' panel 2024, paper forms.")
    )
    file = forms.FileField(
        label=_("Table as CSV"),
        help_text=_("At most 25 MB and 200,000 rows. Separator and encoding are found out by themselves."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        error_messages={
            "required": _("Please choose the table saved as CSV."),
            "empty": FILES["empty"],
        },
    )
    mode = forms.ChoiceField(
        choices=Mode.choices, label=_("What is to happen?"), widget=forms.RadioSelect, initial=Mode.PROVEN
    )
    words = forms.CharField(
        label=_("The words these people agreed to"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Exactly as they stood on the form. They become part of each person's proof. Only needed if the agreement "
            "is proven."
        ),
    )

    def clean_file(self):
        given = self.cleaned_data["file"]
        if given.size > LARGEST:
            raise forms.ValidationError(FILES["size"])
        return given

    def clean_words(self):
        words = self.cleaned_data["words"].replace("\x00", "").strip()
        if self.data.get("mode") == Mode.PROVEN and len(words) < 40:
            raise forms.ValidationError(
                _("Without the words nobody can prove what these people agreed to. Please copy them from the form.")
            )
        return words


class ColumnsForm(forms.Form):
    """Which column is what; filled in from the names of the columns."""

    def __init__(self, run: ImportRun, data=None):
        super().__init__(data)
        self.run = run
        choices: list[tuple[str, Any]] = [("", _("– not in this table –"))]
        choices += [(str(place), title or f"({place + 1})") for place, title in enumerate(run.heading)]
        for name, label in LABELS.items():
            self.fields[name] = forms.ChoiceField(
                choices=choices, label=label, required=False, initial=str(run.columns.get(name, ""))
            )

    def clean(self):
        chosen = {name: int(place) for name, place in self.cleaned_data.items() if place}
        for name in columns.missing(chosen):
            self.add_error(name, _("This column is needed. Please choose it, or add it to the table."))
        places = list(chosen.values())
        for name, place in chosen.items():
            if places.count(place) > 1:
                self.add_error(name, _("This column is chosen twice."))
        return chosen


class CampaignForm(forms.ModelForm):
    """A new code for a flyer, a poster or a stand."""

    class Meta:
        model = Campaign
        fields = ["label", "code", "department"]
        field_classes = {"label": LineField}
        labels = {"label": _("Name"), "code": _("Code"), "department": _("Department")}
        error_messages = {"code": {"unique": _("There is this code already. Please choose another one.")}}
        help_texts = {
            "label": _("Only staff see it. For example: Flyer at the market, May."),
            "code": _("Short, small letters, digits and hyphens. It stands in the address on the flyer."),
        }

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        allowed = departments_of(user, RoleKind.POOL_MANAGER)
        found = Department.objects.all() if allowed is None else Department.objects.filter(pk__in=allowed)
        self.fields["department"].queryset = found

    def clean_code(self):
        return self.cleaned_data["code"].lower()
