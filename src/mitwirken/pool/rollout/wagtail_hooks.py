"""The roll-out's place in the staff area."""

from django.urls import include, path
from wagtail import hooks

from . import views


@hooks.register("register_admin_urls")
def staff_pages():
    pages = [
        path("fachbereiche/", views.departments, name="departments"),
        path("fachbereiche/<int:pk>/", views.department, name="department"),
        path("fachbereiche/<int:pk>/schalten/", views.switch, name="switch"),
        path("bericht/", views.report, name="report"),
        path("bericht/mitmachpool.pdf", views.report_pdf, name="report_pdf"),
    ]
    return [path("pool/", include((pages, "pool_rollout")))]
