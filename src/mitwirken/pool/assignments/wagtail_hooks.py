"""The addresses of tasks in the staff area."""

from django.urls import include, path
from wagtail import hooks

from .views import staff


@hooks.register("register_admin_urls")
def staff_pages():
    pages = [
        path("", staff.index, name="index"),
        path("neu/", staff.new, name="new"),
        path("<int:pk>/", staff.task, name="task"),
        path("<int:pk>/bearbeiten/", staff.edit, name="edit"),
        path("<int:pk>/vorschau/", staff.preview, name="preview"),
        path("<int:pk>/ende/", staff.prolong, name="prolong"),
        path("<int:pk>/bericht/", staff.report, name="report"),
        path("<int:pk>/antwort/", staff.enter, name="enter"),
        path("<int:pk>/antworten.csv", staff.table, name="table"),
        path("<int:pk>/tun/<slug:verb>/", staff.act, name="act"),
    ]
    return [path("pool/aufgaben/", include((pages, "pool_assignments_staff")))]
