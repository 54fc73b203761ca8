"""What people tell us: their address, their choices, and that they agree."""

import re

from django import forms
from django.conf import settings
from django.core.validators import EmailValidator
from django.db.models import Max, Min
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mitwirken.city.lookup import district_of
from mitwirken.city.models import District, Topic
from mitwirken.core import codes
from mitwirken.portal import registry
from mitwirken.ui.forms import PublicForm, SeveralField

from .actions import Profile
from .models import RADII, Campaign, Frequency, Member
from .models.traits import VALUES, TraitKind

WAYS = [("analog", _("on site")), ("digital", _("digital"))]
PAUSES = [("30", _("for one month")), ("90", _("for three months")), ("180", _("for six months"))]


def kinds() -> list[tuple[str, str]]:
    """Each installed module of participation is a kind."""
    return [(module.slug, module.label) for module in registry.modules()]


# About 20 km around the outermost centres of districts: what lies farther away is a slip of the finger.
MARGIN_DEGREES = 0.2
CAMPAIGN = re.compile(r"[-\w]{1,40}", re.ASCII)


class Degrees(forms.FloatField):
    """Degrees as people write them: a comma is as good as a point."""

    def to_python(self, value):
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class MailField(forms.EmailField):
    """An address out there: not a mailbox of our mail server, and no bare number of a machine it could reach."""

    default_validators = [EmailValidator(allowlist=[])]

    def clean(self, value):
        found = super().clean(value)
        if found.endswith("]"):
            raise forms.ValidationError(self.error_messages.get("invalid", EmailValidator.message), "invalid")
        return found


class ProfileForm(PublicForm):
    """The choices; an empty group means everything of it."""

    # Both pages say above the form that the choices are free.
    marks_optional = False

    topics = SeveralField(
        Topic.objects.all(),
        label=_("Topics"),
        help_text=_("If you choose none, you hear of all topics."),
        required=False,
        error_messages={"invalid_choice": _("This topic does not exist. Please choose from the list.")},
    )
    districts = SeveralField(
        District.objects.all(),
        label=_("Districts"),
        help_text=_("If you choose none, you hear of the whole city. City-wide offers always reach you."),
        required=False,
        error_messages={"invalid_choice": _("This district does not exist. Please choose from the list.")},
    )
    kinds = forms.MultipleChoiceField(
        choices=kinds,
        label=_("How do you like to take part?"),
        help_text=_("If you choose none, you hear of all kinds of taking part."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    ways = forms.MultipleChoiceField(
        choices=WAYS,
        label=_("Where?"),
        help_text=_("Offers that run on site and digitally reach you with either choice. None means both."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    frequency = forms.ChoiceField(
        choices=Frequency.choices,
        label=_("How often may we write?"),
        help_text=_("Weekly and monthly mails collect everything new in one mail."),
        initial=Frequency.WEEKLY,
        widget=forms.RadioSelect,
    )
    lang = forms.ChoiceField(
        choices=settings.LANGUAGES, label=_("Language of the mails"), initial=settings.LANGUAGE_CODE
    )
    plain_language = forms.BooleanField(
        label=_("Plain language, if there is a text in it"),
        help_text=_("Short sentences, easy words."),
        required=False,
    )
    access_needs = forms.CharField(
        label=_("What helps you at events?"),
        help_text=_("For example: sign language, a place for a wheelchair. Only who prepares an event reads it."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    address = forms.CharField(
        label=_("Street and house number"),
        help_text=_("We look up the district and choose it for you. The street is not stored."),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    lat = Degrees(
        label=_("Latitude"),
        required=False,
        error_messages={"invalid": _("Please give the latitude as a number, for example 51.51, or leave it empty.")},
    )
    lon = Degrees(
        label=_("Longitude"),
        required=False,
        error_messages={"invalid": _("Please give the longitude as a number, for example 7.46, or leave it empty.")},
    )
    radius = forms.TypedChoiceField(
        choices=[("", _("please choose")), *RADII],
        label=_("How far around the point?"),
        help_text=_(
            "You hear of what is within this distance of your point, besides the districts you chose. "
            "If you choose none, it is one kilometre."
        ),
        coerce=int,
        empty_value=None,
        required=False,
    )

    @classmethod
    def of(cls, member: Member, data=None):
        """The form as this member filled it last."""
        ways = [code for code, chosen in (("analog", member.on_site), ("digital", member.online)) if chosen]
        return cls(
            data,
            initial={
                "topics": member.topics.all(),
                "districts": member.districts.all(),
                "kinds": list(member.kind_choices.values_list("kind", flat=True)),
                "ways": ways,
                "frequency": member.frequency,
                "lang": member.lang,
                "plain_language": member.plain_language,
                "access_needs": member.access_needs,
                "lat": member.point_lat,
                "lon": member.point_lon,
                "radius": member.radius or "",
            },
        )

    def clean(self):
        values = super().clean()
        lat, lon = values.get("lat"), values.get("lon")
        if not {"lat", "lon"} & self.errors.keys():
            self._check_point(values, lat, lon)
        if values.get("address") and lat is None:
            found = district_of(values["address"])
            if found is None:
                self.add_error(
                    "address",
                    _("We do not know this street, or it lies in several districts. Please choose the district above."),
                )
            elif "districts" in values:
                values["districts"] = [*values["districts"], found]
        return values

    def _check_point(self, values, lat, lon):
        if (lat is None) != (lon is None):
            missing = "lat" if lat is None else "lon"
            self.add_error(missing, _("A point needs both numbers. Please add this one or empty the other."))
        elif lat is not None and not _is_near(lat, lon):
            self.add_error("lat", _("This point is not in our city. Please choose another one or empty both fields."))
        elif lat is None and values.get("radius"):
            self.add_error(
                "radius",
                _("A radius needs a point: set it under “Show the place on a map”, or choose districts instead."),
            )

    def profile(self) -> Profile:
        """What was chosen, for the actions."""
        given = self.cleaned_data
        ways = given["ways"] or ["analog", "digital"]
        return Profile(
            lang=given["lang"],
            frequency=given["frequency"],
            topics=tuple(topic.pk for topic in given["topics"]),
            districts=tuple(dict.fromkeys(district.pk for district in given["districts"])),
            kinds=tuple(given["kinds"]),
            on_site="analog" in ways,
            online="digital" in ways,
            lat=given["lat"],
            lon=given["lon"],
            # A point without a word about the distance: one kilometre, a walk.
            radius=(given["radius"] or 1000) if given["lat"] is not None else None,
            plain_language=given["plain_language"],
            access_needs=given["access_needs"],
        )


def _is_near(lat: float, lon: float) -> bool:
    """Whether a point can be meant: around the city's districts."""
    edge = District.objects.aggregate(south=Min("lat"), north=Max("lat"), west=Min("lon"), east=Max("lon"))
    if edge["south"] is None:
        return -90 <= lat <= 90 and -180 <= lon <= 180
    return (
        edge["south"] - MARGIN_DEGREES <= lat <= edge["north"] + MARGIN_DEGREES
        and edge["west"] - MARGIN_DEGREES <= lon <= edge["east"] + MARGIN_DEGREES
    )


class JoinForm(ProfileForm):
    """Joining on the web."""

    email = MailField(
        label=_("E-mail address"), help_text=_("We send you one mail with a link to confirm."), max_length=254
    )
    agree = forms.BooleanField(
        label=_("I agree, and I am 16 or older."),
        help_text=_("You agree to the words above."),
        required=False,
    )
    younger = forms.BooleanField(
        label=_("I am younger than 16."),
        help_text=_("Then a parent has to agree. You get a form to print on the next page."),
        required=False,
    )
    campaign = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_campaign(self):
        code = self.cleaned_data["campaign"]
        # A code that nobody gave out, or that is over, is nothing to refuse a person for.
        return code if CAMPAIGN.fullmatch(code) and Campaign.objects.active().filter(code=code).exists() else ""

    def clean(self):
        values = super().clean()
        if not values.get("agree") and not values.get("younger"):
            self.add_error(
                "agree",
                _(
                    "We may only write to you if you agree. Please tick this box. "
                    "If you are younger than 16, tick the box below it instead."
                ),
            )
        return values

    @staticmethod
    def wishes(query: QueryDict) -> dict[str, object]:
        """What the page somebody came from knows already: the topics and districts of an offer or a search."""
        codes = [word.replace("\x00", "") for word in query.getlist("thema")]
        slugs = [word.replace("\x00", "") for word in query.getlist("bezirk")]
        return {
            "topics": Topic.objects.filter(code__in=codes),
            "districts": District.objects.filter(slug__in=slugs),
            "campaign": query.get("k", "")[:40].replace("\x00", ""),
        }

    field_order = ["email", "topics", "districts", "kinds", "ways", "frequency", "lang", "agree", "younger"]


class LinkForm(PublicForm):
    """Asking for the link to the settings."""

    email = MailField(label=_("E-mail address"), help_text=_("The address you joined with."), max_length=254)


class CodeForm(PublicForm):
    """The code of the link mail, typed where the address was entered."""

    email = MailField(max_length=254, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("Code from the mail"),
        help_text=_("Eight signs, for example 7KQ4-M2XH. Capitals do not matter."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self):
        typed = self.cleaned_data["code"]
        if codes.read(typed, groups=2) is None:
            raise forms.ValidationError(_("This cannot be a code of ours. Please compare it sign by sign."))
        return typed


class AddressForm(PublicForm):
    """Another e-mail address for the same membership."""

    email = MailField(
        label=_("New e-mail address"),
        help_text=_("We send a mail with a button there. Until you press it, everything stays as it is."),
        max_length=254,
    )


class TraitForm(PublicForm):
    """One voluntary answer for draws."""

    def __init__(self, kind: str, *args, **kwargs):
        super().__init__(*args, prefix=kind, **kwargs)
        self.fields["value"] = forms.ChoiceField(
            label=TraitKind(kind).label,
            choices=VALUES[TraitKind(kind)],
            # Whole sentences: a closed list would cut them on a telephone.
            widget=forms.RadioSelect,
            error_messages={"required": _("Please choose one.")},
        )


class PauseForm(PublicForm):
    days = forms.ChoiceField(choices=PAUSES, label=_("Pause"), widget=forms.RadioSelect, initial="30")


class EraseForm(PublicForm):
    never_again = forms.BooleanField(
        label=_("Never write to this address again"),
        help_text=_(
            "We then keep a fingerprint of your address, not the address. It also blocks a new sign-up. "
            "To lift it, call us."
        ),
        required=False,
    )
