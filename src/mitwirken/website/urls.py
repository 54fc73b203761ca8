"""Addresses of the website that are no page of the editors, and the names of some that are."""

from django.urls import path
from wagtail.views import serve

from .views import contact, home, overview, search

app_name = "website"
urlpatterns = [
    path("", home.home, name="home"),
    path("suche/", search.search, name="search"),
    path("kontakt/", contact.contact, name="contact"),
    path("barriere-melden/", contact.barrier, name="barrier"),
    path("uebersicht/", overview.overview, name="overview"),
    path("sitemap.xml", overview.sitemap, name="sitemap"),
    path("robots.txt", overview.robots, name="robots"),
    path(".well-known/security.txt", overview.security, name="security"),
    # Pages of the editors that code links to by name.
    path("mitwirkung/", serve, {"path": "mitwirkung/"}, name="concept"),
    path("datenschutz/", serve, {"path": "datenschutz/"}, name="privacy"),
    path("netiquette/", serve, {"path": "netiquette/"}, name="netiquette"),
]
