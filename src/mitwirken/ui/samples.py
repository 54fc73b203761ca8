"""Realistic things to show components with: the style guide and the tests draw from here."""

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from .forms import PublicForm


class Sample(PublicForm):
    """One field of every kind."""

    name = forms.CharField(label=_("Name"), required=False, max_length=80)
    email = forms.EmailField(label=_("E-mail address"), help_text=_("Only for the answer."))
    district = forms.ChoiceField(label=_("District"), choices=[("", _("Please choose")), ("n", "Nord"), ("w", "West")])
    idea = forms.CharField(label=_("Your idea"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
    reach = forms.ChoiceField(
        label=_("How may we answer?"),
        widget=forms.RadioSelect,
        choices=[("mail", _("By e-mail")), ("no", _("Not at all"))],
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("a", "Klima"), ("b", "Verkehr")],
    )
    agree = forms.BooleanField(label=_("I have read how my data is used."))


class Place(PublicForm):
    district = forms.ChoiceField(
        label=_("District"), required=False, choices=[("", _("Please choose")), ("nord", "Nord")]
    )
    address = forms.CharField(label=_("Address or place"), required=False, max_length=120)
    lat = forms.FloatField(label=_("Latitude"), required=False)
    lon = forms.FloatField(label=_("Longitude"), required=False)


class Single(PublicForm):
    name = forms.CharField(label=_("Name"))


class Reach(PublicForm):
    phone = forms.CharField(label=_("Telephone"), required=False)


class Note(str):
    """A message as Django's messages look to a template."""

    level_tag = "success"


CITY = [
    ("Mitte", 2, 1, 7), ("Nord", 2, 0, 3), ("Ost", 3, 1, 0), ("Süd", 2, 2, 1), ("West", 1, 1, 4),
    ("Nordwest-Hafen", 1, 0, 2), ("Nordost", 3, 0, 5), ("Südwest", 1, 2, 0), ("Südost", 3, 2, 2),
    ("Lütgenheide", 0, 1, 1), ("Hohenfeld", 4, 1, 0), ("Auental", 4, 2, 6),
]  # fmt: skip
DISTRICTS = [
    {
        "name": name,
        "slug": name.lower(),
        "lat": 51.5 - row / 30,
        "lon": 7.4 + column / 20,
        "url": f"#{name.lower()}",
        "count": count,
    }
    for name, column, row, count in CITY
]


def context() -> dict:
    return {
        "csrf_token": "NOTPROVIDED",
        "form": Sample(),
        "wrong": Sample({"wrong-email": "nobody", "wrong-idea": "Bänke", "wrong-district": "x"}, prefix="wrong"),
        "districts": DISTRICTS,
        "place": Place(prefix="place"),
        "single": Single(prefix="single"),
        "fieldset": Reach(prefix="reach"),
        "trail": [{"label": _("Take part"), "url": "/mitmachen/"}, {"label": _("Style guide")}],
        "badges": [
            {"kind": "success", "label": "Läuft", "icon": "play"},
            {"kind": "warning", "label": "Endet bald", "icon": "clock"},
        ],
        "meta": [{"icon": "calendar", "label": "bis Freitag, 12. März 2027"}, {"icon": "place", "label": "Nord"}],
        "groups": [
            {"name": "q", "label": _("Search"), "type": "search", "value": ""},
            {
                "name": "bezirk",
                "label": _("District"),
                "type": "checkbox",
                "open": True,
                "options": [
                    {"value": "nord", "label": "Nord", "count": 3, "selected": True},
                    {"value": "ost", "label": "Ost", "count": 0},
                ],
            },
            {
                "name": "art",
                "label": _("Kind"),
                "type": "radio",
                "options": [{"value": "a", "label": "Online", "count": 4}],
            },
            {
                "name": "sort",
                "label": _("Order"),
                "type": "select",
                "options": [{"value": "neu", "label": "Neueste zuerst"}],
            },
            {"name": "von", "label": _("From"), "type": "date", "value": ""},
        ],
        "chips": [{"label": "Nord", "url": "#chips"}, {"label": "läuft", "url": "#chips"}],
        "tabs": [
            {"label": "Liste", "url": "#tabs", "current": True, "icon": "list", "count": 12},
            {"label": "Karte", "url": "#tabs", "icon": "map"},
            {"label": "Kalender", "url": "#tabs", "icon": "calendar"},
        ],
        "steps": [
            {"title": "Ideen sammeln", "state": "done", "date": "1. bis 28. Februar 2027", "url": "#timeline"},
            {
                "title": "Abstimmen",
                "state": "current",
                "date": "bis Freitag, 12. März 2027",
                "text": "Sie wählen aus drei Entwürfen.",
            },
            {"title": "Antwort der Stadt", "state": "next", "date": "im April 2027"},
        ],
        "stages": [
            {"label": "Ort", "state": "done", "url": "#stepper"},
            {"label": "Idee", "state": "current"},
            {"label": "Prüfen", "state": "next"},
        ],
        "notes": [Note("Gespeichert.")],
        "files": [
            {"label": "Entwurf", "url": "#downloads", "type": "PDF", "size": "1,2 MB", "note": "barrierefrei geprüft"}
        ],
        "facts": [{"term": "Zeitraum", "text": "1. bis 31. März 2027"}, {"term": "Wer entscheidet", "text": "der Rat"}],
        "head": ["Bezirk", "Beiträge", "Anteil"],
        "rows": [["Nord", "120", "60 %"], ["Ost", "80", "40 %"]],
        "boxes": ["Wohnen", "Plätze, Parks und Spielflächen", "Wirtschaft und Innenstadt"],
        "decision": {"kind": "success", "label": "Wird umgesetzt"},
        "replies": render_to_string(
            "ui/comment.html",
            {
                **dict.fromkeys(["id", "url", "replies", "hidden"], ""),
                "author": "Redaktion",
                "role": "Stadt",
                "date": "2. März 2027",
                "content": "Danke, das prüfen wir.",
            },
        ),
        "bars": [
            {"label": "Ja", "value": "62 %", "share": 62},
            {"label": "Teils", "value": "25 %", "share": 25},
            {"label": "Nein", "value": "13 %", "share": 13},
        ],
        "lines": "Rathaus\nMarktplatz 1",
        "picture": "/static/ui/favicon.svg",
    }
