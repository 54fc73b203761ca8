"""The bulletins' place in the staff area."""

from django.urls import include, path
from wagtail import hooks

from .views import staff


@hooks.register("register_admin_urls")
def staff_pages():
    pages = [
        path("", staff.index, name="index"),
        path("neu/", staff.begin, name="begin"),
        path("vorlagen/", staff.templates, name="templates"),
        path("vorlagen/neu/", staff.template, name="new_template"),
        path("vorlagen/<int:pk>/", staff.template, name="template"),
        path("<int:pk>/", staff.bulletin, name="bulletin"),
        path("<int:pk>/bearbeiten/", staff.edit, name="edit"),
        path("<int:pk>/vorschau/", staff.preview, name="preview"),
        path("<int:pk>/vorschau/mail/", staff.preview_mail, name="preview_mail"),
        path("<int:pk>/<slug:verb>/", staff.act, name="act"),
    ]
    return [path("pool/rundbriefe/", include((pages, "pool_bulletins")))]
