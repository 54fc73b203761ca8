"""Letters and calls in the staff area, below the people pool."""

from django.urls import include, path
from wagtail import hooks

from .views import staff


@hooks.register("register_admin_urls")
def staff_pages():
    pages = [
        path("", staff.index, name="index"),
        path("neu/", staff.make, name="make"),
        path("anrufe/neu/", staff.take_calls, name="take_calls"),
        path("pruefblatt.pdf", staff.test_sheet, name="test_sheet"),
        path("<int:pk>/", staff.batch, name="batch"),
        path("<int:pk>/druck.pdf", staff.print_batch, name="print"),
        path("<int:pk>/<slug:verb>/", staff.change_batch, name="change"),
        path("anruf/<int:pk>/<slug:verb>/", staff.finish_call, name="finish_call"),
    ]
    return [path("pool/briefe/", include((pages, "pool_letters_staff")))]
