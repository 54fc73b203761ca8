from django.urls import path

from .views import archive, joining, leaving, preferences

app_name = "pool"
urlpatterns = [
    path("", joining.start, name="start"),
    path("anmelden/", joining.join, name="join"),
    path("anmelden/gesendet/", joining.joined, name="joined"),
    path("anmelden/eltern/", joining.young, name="young"),
    path("anmelden/papier/", joining.paper, name="paper"),
    path("bestaetigen/<str:token>/", joining.confirm, name="confirm"),
    path("link/", preferences.ask_link, name="ask_link"),
    path("link/code/", preferences.enter, name="enter"),
    path("einstellungen/<str:token>/", preferences.settings, name="settings"),
    path("einstellungen/<str:token>/pause/", preferences.pause, name="pause"),
    path("einstellungen/<str:token>/einwilligung/", preferences.consent, name="consent"),
    path("einstellungen/<str:token>/angabe/", preferences.trait, name="trait"),
    path("einstellungen/<str:token>/adresse/", preferences.address, name="address"),
    path("einstellungen/<str:token>/neuer-link/", preferences.renew_link, name="renew_link"),
    path("einstellungen/<str:token>/daten.zip", preferences.data, name="data"),
    path("einstellungen/<str:token>/loeschen/", preferences.erase, name="erase"),
    path("einstellungen/<str:token>/bleiben/", preferences.stay, name="stay"),
    path("geloescht/", preferences.erased, name="erased"),
    path("abmelden/<str:token>/", leaving.leave, name="leave"),
    path("archiv/", archive.index, name="archive"),
    path("archiv/<int:pk>/", archive.item, name="archive_item"),
]
