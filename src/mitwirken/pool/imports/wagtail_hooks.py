"""Lists and campaigns in the staff area."""

from django.urls import include, path
from wagtail import hooks

from .views import staff_campaigns as campaigns
from .views import staff_lists as lists


@hooks.register("register_admin_urls")
def staff_pages():
    pages = [
        path("", lists.index, name="index"),
        path("beispiel.csv", lists.example, name="example"),
        path("<int:pk>/", lists.run, name="run"),
        path("<int:pk>/hinweise.csv", lists.report, name="report"),
        path("kampagnen/", campaigns.index, name="campaigns"),
        path("kampagnen/<int:pk>/", campaigns.campaign, name="campaign"),
        path("kampagnen/<int:pk>/schalten/", campaigns.switch, name="switch"),
        path("kampagnen/<int:pk>/flyer-<str:size>.pdf", campaigns.flyer, name="flyer"),
        path("<int:pk>/<slug:verb>/", lists.change, name="change"),
    ]
    return [path("pool/imports/", include((pages, "pool_imports")))]
