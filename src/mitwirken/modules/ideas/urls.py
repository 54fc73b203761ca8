"""Below ``/vorhaben/<project>/ideas/<step>/``."""

from django.urls import path

from .views import handing_in, one, overview

app_name = "ideas"
urlpatterns = [
    path("", overview.step, name="step"),
    path("punkte.geojson", overview.points, name="points"),
    path("papier/", overview.paper, name="paper"),
    path("beitragen/", handing_in.new, name="new"),
    path("<int:pk>/", one.detail, name="detail"),
    path("<int:pk>/unterstuetzen/", one.support, name="support"),
    path("<int:pk>/kommentieren/", one.comment, name="comment"),
    path("<int:pk>/melden/", one.report, name="report"),
]
