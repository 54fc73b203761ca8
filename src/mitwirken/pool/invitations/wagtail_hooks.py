"""The addresses of invitations in the staff area."""

from django.urls import include, path
from wagtail import hooks

from .views import calls, staff


@hooks.register("register_admin_urls")
def staff_pages():
    pages = [
        path("", staff.index, name="index"),
        path("neu/", staff.new, name="new"),
        path("<int:pk>/", staff.event, name="event"),
        path("<int:pk>/bearbeiten/", staff.edit, name="edit"),
        path("<int:pk>/aendern/", staff.change, name="change"),
        path("<int:pk>/absagen/", staff.cancel, name="cancel"),
        path("<int:pk>/antwort/", calls.enter, name="enter"),
        path("<int:pk>/einlass/", staff.door, name="door"),
        path("<int:pk>/tun/<slug:verb>/", staff.act, name="act"),
    ]
    return [path("pool/einladungen/", include((pages, "pool_invitations_staff")))]
