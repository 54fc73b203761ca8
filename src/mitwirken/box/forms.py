"""What comes in by the address: filters, sorting, the place in a list. Odd values are left out, never an error."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from .matching import Wish

LONGEST_QUERY = 200


@dataclass(frozen=True)
class Facet:
    """One group of the filter: the name in the address, the vocabulary behind it, its heading."""

    name: str
    vocabulary: str
    label: Any
    open: bool = False


FORMAT_FACETS = (
    Facet("ziel", "goal", _("What for?"), open=True),
    Facet("stufe", "level", _("Level of participation"), open=True),
    Facet("phase", "phase", _("Phase")),
    Facet("art", "kind", _("Kind")),
    Facet("weg", "channel", _("On site or digital")),
    Facet("groesse", "group_size", _("Number of people")),
    Facet("dauer", "duration", _("Duration")),
    Facet("kosten", "cost_bracket", _("External cost")),
    Facet("personal", "", _("Staff days")),
    Facet("moderation", "moderation", _("Moderation")),
    Facet("erfahrung", "skill", _("Experience needed")),
    Facet("streit", "conflict_fit", _("When there is conflict")),
    Facet("zielgruppe", "target_group", _("Target group")),
    Facet("auswahl", "recruitment", _("Who takes part")),
    Facet("ergebnis", "output", _("What comes out")),
    Facet("recht", "legal", _("Law")),
)
# Upper ends of the staff brackets in days (the smaller figure of the range counts).
STAFF_BRACKETS = (
    ("5", 5, _("up to 5 days")),
    ("15", 15, _("6 to 15 days")),
    ("40", 40, _("16 to 40 days")),
    ("mehr", float("inf"), _("more than 40 days")),
)
# Unsorted means: best match first; without a search all match alike, so that the name decides.
FORMAT_SORTS = {
    "": (_("Best match, then name"), ["rank", "search_name", "code"]),
    "name": (_("Name"), ["search_name", "code"]),
    "personal": (_("Least staff first"), ["staff_days_min", "search_name", "code"]),
    "kosten": (_("Cheapest first"), ["cost_max", "search_name", "code"]),
    "vorlauf": (_("Fastest to start"), ["lead_weeks_min", "search_name", "code"]),
}
CASE_FACETS = (
    Facet("thema", "topic", _("Topic"), open=True),
    Facet("stufe", "level", _("Level of participation"), open=True),
    Facet("weg", "channel", _("On site or digital")),
    Facet("beleg", "evidence", _("How well documented")),
    Facet("stand", "outcome_status", _("What became of it")),
    Facet("auswahl", "recruitment", _("Who took part")),
    Facet("land", "", _("Country")),
    Facet("region", "", _("Region")),
    Facet("jahr", "", _("Begun")),
    Facet("format", "", _("Format")),
)
YEARS = (
    ("2000", 2009, _("before 2010")),
    ("2010", 2014, _("2010 to 2014")),
    ("2015", 2019, _("2015 to 2019")),
    ("2020", 9999, _("since 2020")),
)
CASE_SORTS = {
    "": (_("Best match, then newest"), ["rank", "age", "search_title", "code"]),
    "neu": (_("Newest first"), ["age", "search_title", "code"]),
    "titel": (_("Title"), ["search_title", "code"]),
}
COUNTRIES = {
    "AT": _("Austria"),
    "BE": _("Belgium"),
    "CH": _("Switzerland"),
    "DE": _("Germany"),
    "DK": _("Denmark"),
    "ES": _("Spain"),
    "FI": _("Finland"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "IE": _("Ireland"),
    "IT": _("Italy"),
    "NL": _("Netherlands"),
    "PL": _("Poland"),
    "TW": _("Taiwan"),
    "US": _("United States"),
}


@dataclass(frozen=True)
class ListQuery:
    """How a list was asked for, cleaned."""

    q: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)
    sort: str = ""
    after: str = ""

    @classmethod
    def read(cls, params: QueryDict, facets: tuple[Facet, ...], options: dict[str, Any], sorts: Any):
        """From the address; what nobody offers (NUL bytes, unknown codes) is not there."""
        q = params.get("q", "").replace("\x00", "")[:LONGEST_QUERY].strip()
        chosen = {}
        for facet in facets:
            wanted = set(params.getlist(facet.name))
            if known := [code for code in options.get(facet.name, {}) if code in wanted]:
                chosen[facet.name] = known
        sort = params.get("sort", "")
        after = params.get("nach", "").replace("\x00", "")[:100]
        return cls(q=q, chosen=chosen, sort=sort if sort in sorts else "", after=after)

    def address(self, *, after: str = "", drop: tuple[str, str] | None = None) -> str:
        """The query string for the same list, further on or with one choice less."""
        pairs = [("q", self.q)] if self.q and drop != ("q", "") else []
        for name, codes in self.chosen.items():
            pairs += [(name, code) for code in codes if (name, code) != drop]
        if self.sort:
            pairs.append(("sort", self.sort))
        if after:
            pairs.append(("nach", after))
        return "?" + urlencode(pairs)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.chosen)


YES_NO = [("ja", _("Yes")), ("nein", _("No"))]
CONFLICT = [
    ("", _("Skip")),
    ("low", _("hardly any tension")),
    ("medium", _("controversial")),
    ("hard", _("open conflict")),
]
WAYS = [("", _("Does not matter")), ("analog", _("only on site")), ("digital", _("only digital"))]


class WizardForm(forms.Form):
    """The assistant's questions: four that cannot be skipped, and those that narrow down."""

    # Question in the address -> vocabulary of its choices.
    VOCABULARIES = {"ziel": "goal", "phase": "phase", "stufe": "level", "zielgruppe": "target_group"}

    aenderbar = forms.ChoiceField(label=_("Can anything still change?"), choices=YES_NO, widget=forms.RadioSelect)
    entscheidung = forms.ChoiceField(
        label=_("Is it settled who decides, and when?"), choices=YES_NO, widget=forms.RadioSelect
    )
    antwort = forms.ChoiceField(
        label=_("Is there time and staff to answer people?"), choices=YES_NO, widget=forms.RadioSelect
    )
    pflicht = forms.ChoiceField(
        label=_("Does a law prescribe participation?"),
        choices=[*YES_NO, ("unklar", _("I do not know"))],
        widget=forms.RadioSelect,
    )
    ziel = forms.MultipleChoiceField(
        label=_("What do you want to reach?"),
        help_text=_("One to four goals."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    phase = forms.ChoiceField(label=_("In which phase are you?"), required=False)
    stufe = forms.ChoiceField(label=_("How much influence do you promise?"), required=False)
    personen = forms.IntegerField(
        label=_("How many people shall take part?"), required=False, min_value=1, max_value=1_000_000
    )
    zielgruppe = forms.MultipleChoiceField(
        label=_("Whom do you want to reach above all?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    wochen = forms.IntegerField(label=_("Weeks until the first date"), required=False, min_value=0, max_value=520)
    budget = forms.IntegerField(
        label=_("Budget for external cost in euros"), required=False, min_value=0, max_value=100_000_000
    )
    personal = forms.IntegerField(label=_("Own staff in working days"), required=False, min_value=0, max_value=10_000)
    streit = forms.ChoiceField(label=_("Is there conflict?"), required=False, choices=CONFLICT)
    weg = forms.ChoiceField(label=_("On site or digital"), required=False, choices=WAYS)

    def __init__(self, *args, words, **kwargs):
        """`words`: code and label of each choice, by vocabulary."""
        super().__init__(*args, **kwargs)
        for name, vocabulary in self.VOCABULARIES.items():
            choices = words.get(vocabulary, [])
            is_list = isinstance(self.fields[name], forms.MultipleChoiceField)
            self.fields[name].choices = choices if is_list else [("", _("Skip")), *choices]

    def clean_ziel(self):
        goals = self.cleaned_data["ziel"]
        if len(goals) > 4:
            raise forms.ValidationError(_("Please choose at most four goals, the most important ones."))
        return goals

    def wish(self) -> Wish:
        """The answers as matching reads them."""
        answers = self.cleaned_data
        return Wish(
            goals=frozenset(answers["ziel"]),
            phase=answers["phase"],
            level=answers["stufe"],
            people=answers["personen"],
            targets=frozenset(answers["zielgruppe"]),
            weeks=answers["wochen"],
            budget=answers["budget"],
            staff_days=answers["personal"],
            conflict=answers["streit"],
            channel=answers["weg"],
        )
