from django.urls import path

from .views import erasure, feeds, offers, pictures, projects, receipts

app_name = "portal"
urlpatterns = [
    path("mitmachen/", offers.offer_list, name="offers"),
    path("mitmachen/feed/", feeds.atom, name="feed"),
    path("mitmachen/kalender.ics", feeds.calendar, name="calendar_ics"),
    path("mitmachen/offers.json", feeds.offers_json, name="offers_json"),
    path("mitmachen/karte.geojson", feeds.geojson, name="geojson"),
    path("mitmachen/bereich/<slug:slug>/", projects.section, name="section"),
    path("vorhaben/", projects.projects, name="projects"),
    path("vorhaben/<slug:slug>/", projects.project, name="project"),
    path("beitrag/", receipts.lookup, name="receipt_lookup"),
    path("beitrag/<str:code>/", receipts.receipt, name="receipt"),
    path("beitrag/<str:code>/loeschen/", erasure.erase, name="erase"),
    path("beitrag/<str:code>/bild/<int:pk>/", pictures.own_picture, name="own_picture"),
    path("bilder/<int:pk>/", pictures.picture, name="picture"),
]
