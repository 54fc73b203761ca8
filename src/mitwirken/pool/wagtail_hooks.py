"""The pool's place in the staff area."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from mitwirken.core import clock

from . import numbers, policies
from .views import counting, staff, staff_desk, staff_recipients


class PoolItem(MenuItem):
    """For whoever finds something behind it."""

    def is_shown(self, request):
        return policies.may_enter(request.user)


class PoolToday(Component):
    """The pool on the first page of the staff area."""

    name = "pool_today"
    template_name = "pool/staff/today.html"
    order = 200

    def get_context_data(self, parent_context):
        return {"figures": numbers.attention(at=clock.now())}


@hooks.register("construct_homepage_panels")
def pool_today(request, panels):
    if policies.may_manage_pool(request.user):
        panels.append(PoolToday())


@hooks.register("register_admin_urls")
def staff_pages():
    pages = [
        path("", staff.index, name="index"),
        path("zaehlen/", counting.count, name="count"),
        path("aufnehmen/", staff_desk.take_in, name="take_in"),
        path("abmelden/", staff_desk.let_go, name="let_go"),
        path("person/", staff_desk.find, name="find"),
        path("person/<str:token>/", staff_desk.person, name="person"),
        path("person/<str:token>/nachweis/", staff_desk.evidence, name="evidence"),
        path("person/<str:token>/beenden/", staff_desk.end, name="end"),
        path("person/<str:token>/zusammenlegen/", staff_desk.merge, name="merge"),
        path("nachweis/", staff_desk.proof, name="proof"),
        path("aussendung/<int:pk>/", staff.dispatch, name="dispatch"),
        path("aussendung/<int:pk>/empfaenger/", staff_recipients.recipients, name="recipients"),
        path("aussendung/<int:pk>/<slug:verb>/", staff.change_dispatch, name="change_dispatch"),
    ]
    return [path("pool/", include((pages, "pool_staff")))]


@hooks.register("register_admin_menu_item")
def pool_item():
    return PoolItem(_("People pool"), reverse("pool_staff:index"), name="pool", icon_name="group", order=40)
