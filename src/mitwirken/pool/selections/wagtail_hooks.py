"""The selections' place in the staff area."""

from django.urls import include, path
from wagtail import hooks

from . import views


@hooks.register("register_admin_urls")
def staff_pages():
    pages = [
        path("", views.index, name="index"),
        path("neu/", views.new, name="new"),
        path("<int:pk>/", views.edit, name="edit"),
        path("<int:pk>/loeschen/", views.delete, name="delete"),
    ]
    return [path("pool/auswahlen/", include((pages, "pool_selections")))]
