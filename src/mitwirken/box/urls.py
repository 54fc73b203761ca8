from django.urls import path

from . import exports
from .views import cases, formats, start, wizard

app_name = "box"
urlpatterns = [
    path("", start.start, name="start"),
    path("formate/", formats.index, name="formats"),
    path("formate/<slug:code>/", formats.detail, name="format"),
    path("formate/<slug:code>/karte/", formats.card, name="card"),
    path("formate.json", exports.formats, name="formats_json"),
    path("assistent/", wizard.wizard, name="wizard"),
    path("vergleich/", formats.compare, name="compare"),
    path("beispiele/", cases.index, name="cases"),
    path("beispiele/<slug:code>/", cases.detail, name="case"),
    path("beispiele.json", exports.cases, name="cases_json"),
]
