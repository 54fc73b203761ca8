"""The page of what came back, in the staff area."""

from django.urls import include, path
from wagtail import hooks

from . import views


@hooks.register("register_admin_urls")
def staff_pages():
    return [path("pool/ruecklaeufer/", include(([path("", views.index, name="index")], "pool_returns_staff")))]
