"""What people type when they hand in an idea, comment on it or report it; and what staff set for a step."""

import re
import secrets
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from mitwirken.city import streets
from mitwirken.city.models import District, Street
from mitwirken.portal import images
from mitwirken.portal.models import Standing, Step
from mitwirken.ui.forms import LIMITS, PublicForm

from .models import Upload
from .paging import SORTS

# About 20 km around the outermost district centres: what lies farther away is a slip of the finger.
MARGIN_DEGREES = 0.2
EUROPE = (34.0, 72.0, -25.0, 45.0)


def speak_plainly(form: forms.Form) -> None:
    """Sentences of our own where Django's are those of a programmer."""
    for field in form.fields.values():
        if isinstance(field, forms.CharField):
            field.error_messages |= LIMITS


class KeyField(forms.CharField):
    """The form's one-time key: sending the same form twice makes one contribution."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False, max_length=40)

    def clean(self, value):
        # Nobody typed it, so nobody is bothered with it: a damaged key becomes a fresh one.
        value = str(value or "")
        return value if re.fullmatch(r"[A-Za-z0-9_-]{20,40}", value) else secrets.token_urlsafe(24)


class DistrictField(forms.ModelChoiceField):
    """A district by its slug; nonsense of any kind is told the same way."""

    def validate_no_null_characters(self, value):
        if "\x00" in str(value):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")


class DegreesField(forms.FloatField):
    """A coordinate, with point or comma."""

    def to_python(self, value):
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class IdeaForm(PublicForm):
    """Everything about an idea on one page; only title and text must be filled in."""

    title = forms.CharField(
        label=_("Your idea in one sentence"),
        max_length=120,
        error_messages={"required": _("Please give your idea a title. A few words are enough.")},
    )
    text = forms.CharField(
        label=_("Tell us more"),
        help_text=_("What should change, and why? Please name no other people."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please describe your idea. One or two sentences are enough.")},
    )
    category = forms.ChoiceField(
        label=_("What is it about?"),
        required=False,
        error_messages={"invalid_choice": _("This category does not exist here. Please choose one from the list.")},
    )
    district = DistrictField(
        label=_("District"),
        queryset=District.objects.defer("geometry", "facts"),
        to_field_name="slug",
        required=False,
        empty_label=_("the whole city, or I do not know"),
        error_messages={"invalid_choice": _("We do not know this district. Please choose one from the list.")},
    )
    address = forms.CharField(
        label=_("Street or place"),
        help_text=_("For example: Parkstraße 12, or: behind the swimming pool."),
        max_length=200,
        required=False,
    )
    lat = DegreesField(
        label=_("Latitude"),
        required=False,
        error_messages={"invalid": _("Please give the latitude as a number, for example 51.51, or leave it empty.")},
    )
    lon = DegreesField(
        label=_("Longitude"),
        required=False,
        error_messages={"invalid": _("Please give the longitude as a number, for example 7.46, or leave it empty.")},
    )
    image = forms.FileField(
        label=_("Picture"),
        help_text=_(
            "JPEG, PNG or WebP, up to 10 MB. We remove hidden data such as the place where it was taken. "
            "Please show no faces."
        ),
        required=False,
        widget=forms.FileInput(attrs={"accept": images.ACCEPTED}),
        error_messages={"empty": _("The file is empty. Please choose another one.")},
    )
    image_alt = forms.CharField(
        label=_("What does the picture show?"),
        help_text=_("One sentence for people who cannot see it."),
        max_length=200,
        required=False,
    )
    drop_image = forms.BooleanField(label=_("Hand in without the picture chosen before"), required=False)
    author_name = forms.CharField(
        label=_("Name shown in public"),
        help_text=_("Any name you like. Without one, nothing is shown."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Only if you want the receipt and the city’s answer by mail. It is never shown."),
        max_length=254,
        required=False,
        error_messages={"invalid": _("This is not an e-mail address. Please check it, for example name@example.org.")},
    )
    may_ask_later = forms.BooleanField(
        label=_("You may ask me later by e-mail what I think of the result"), required=False
    )
    uploaded = KeyField()
    submission_key = KeyField()

    def __init__(self, step: Step, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.step, self.picture, self.upload = step, None, None
        names = category_names(step)
        if names:
            choice = cast(forms.ChoiceField, self.fields["category"])
            choice.choices = [("", _("no category")), *((name, name) for name in names)]
        else:
            del self.fields["category"]
        if not settings_of(step)["images"]:
            for name in ("image", "image_alt", "drop_image", "uploaded"):
                del self.fields[name]
        speak_plainly(self)
        if not self.is_bound:
            self.initial.setdefault("submission_key", secrets.token_urlsafe(24))

    def clean_image(self):
        file = self.cleaned_data.get("image")
        if not file:
            return None
        try:
            self.picture = images.redraw(file, size=file.size)
        except images.NotAPicture as error:
            raise ValidationError(error.sentence) from error
        return None

    def clean_uploaded(self):
        """The picture that came with the form before the review page, if it is still there."""
        key = self.cleaned_data["uploaded"]
        if not self.picture:
            self.upload = Upload.objects.filter(step=self.step, key=key).first()
        return key if self.upload else ""

    def clean(self):
        values = super().clean()
        lat, lon = values.get("lat"), values.get("lon")
        missing = [name for name in ("lat", "lon") if values.get(name) is None and name not in self.errors]
        if len(missing) == 1 and not {"lat", "lon"} & self.errors.keys():
            self.add_error(missing[0], _("A point needs both numbers. Please add this one or empty the other."))
        elif lat is not None and lon is not None and not _is_near(lat, lon):
            self.add_error("lat", _("This point is not in our city. Please choose another one or empty both fields."))
        if values.get("drop_image"):
            self.picture = self.upload = None
        if values.get("may_ask_later") and not values.get("email") and "email" not in self.errors:
            self.add_error("email", _("For this we need your e-mail address. Please add it or remove the tick."))
        if values.get("address") and not values.get("district"):
            values["district"] = district_of(values["address"])
        if self.is_spam:
            self.add_error(None, _("Please leave the field “Do not fill in” empty and send again."))
        return values

    @property
    def shown_image(self) -> images.Picture | None:
        """The picture that will be handed in, wherever it waits."""
        if self.upload:
            return images.Picture(bytes(self.upload.content), self.upload.width, self.upload.height)
        return self.picture


class CommentForm(PublicForm):
    text = forms.CharField(
        label=_("Your comment"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Please write your comment.")},
    )
    author_name = forms.CharField(
        label=_("Name shown in public"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    submission_key = KeyField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        speak_plainly(self)
        if not self.is_bound:
            self.initial.setdefault("submission_key", secrets.token_urlsafe(24))


class ReportForm(PublicForm):
    reason = forms.CharField(
        label=_("What is wrong with it?"),
        help_text=_("For example: insults people, names private data, is an advertisement."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please write what is wrong. One sentence is enough.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        speak_plainly(self)


class IdeasSettings(forms.Form):
    """What staff may set for an ideas step; kept in `Step.settings`."""

    question = forms.CharField(label=_("Question above the form"), max_length=250, required=False)
    categories = forms.CharField(
        label=_("Categories"),
        help_text=_("One per line. Without categories the form does not ask."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    images = forms.BooleanField(label=_("Pictures may be added"), required=False, initial=True)
    support = forms.BooleanField(label=_("People may support ideas"), required=False, initial=True)
    comments = forms.BooleanField(label=_("People may comment"), required=False, initial=True)

    def __init__(self, *args, initial=None, **kwargs):
        initial = dict(initial or {})
        if isinstance(initial.get("categories"), list):
            initial["categories"] = "\n".join(initial["categories"])
        super().__init__(*args, initial=initial, **kwargs)

    def clean_categories(self) -> list[str]:
        names = [" ".join(line.split()) for line in self.cleaned_data["categories"].splitlines()]
        names = list(dict.fromkeys(name for name in names if name))
        if any(len(name) > 60 for name in names):
            raise ValidationError(_("A category has at most 60 characters."))
        return names


class ListFilter(forms.Form):
    """What stands behind the question mark of the list. A wrong value filters nothing and breaks nothing."""

    q = forms.CharField(required=False, max_length=100)
    kategorie = forms.CharField(required=False, max_length=60)
    bezirk = forms.ModelChoiceField(District.objects.defer("geometry", "facts"), to_field_name="slug", required=False)
    stand = forms.ChoiceField(choices=Standing.choices, required=False)
    sortierung = forms.ChoiceField(choices=[(name, name) for name in SORTS], required=False)
    nach = forms.CharField(required=False, max_length=40)
    vor = forms.CharField(required=False, max_length=40)

    def values(self) -> dict:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}


def settings_of(step: Step) -> dict:
    """The step's settings with what holds when staff set nothing."""
    defaults = {"question": "", "categories": [], "images": True, "support": True, "comments": True}
    return defaults | step.settings


def category_names(step: Step) -> list[str]:
    return [str(name)[:60] for name in settings_of(step)["categories"] or []]


def district_of(address: str) -> District | None:
    """The district a typed address lies in, if the city's street list knows exactly one."""
    found = streets.parse(address)
    if not found.street:
        return None
    rows = Street.objects.filter(search_name=found.street).select_related("district")[:200]
    districts = {
        row.district
        for row in rows
        if found.number is None
        or streets.covers(found.number, start=row.number_from, end=row.number_to, parity=row.parity)
    }
    return districts.pop() if len(districts) == 1 else None


def _is_near(lat: float, lon: float) -> bool:
    """Whether a point can be meant: around the city's districts, or in Europe while there are none."""
    edge = District.objects.aggregate(Min("lat"), Max("lat"), Min("lon"), Max("lon"))
    south, north, west, east = (
        (
            edge["lat__min"] - MARGIN_DEGREES,
            edge["lat__max"] + MARGIN_DEGREES,
            edge["lon__min"] - MARGIN_DEGREES,
            edge["lon__max"] + MARGIN_DEGREES,
        )
        if edge["lat__min"] is not None
        else EUROPE
    )
    return south <= lat <= north and west <= lon <= east
