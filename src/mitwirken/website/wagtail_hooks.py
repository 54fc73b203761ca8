"""The website in the staff area: contact desk, maintained lists, what is still to fill in."""

from django.contrib.auth import get_user_model
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from mitwirken.core import clock

from . import checks, policies
from .models import FundingOpportunity, LocalRight
from .views import data_protection, staff


@hooks.register("register_admin_urls")
def staff_urls():
    patterns = (
        [
            path("kontakt/", staff.cases, name="cases"),
            path("kontakt/<int:case_id>/", staff.case, name="case"),
            path("datenschutz/", data_protection.register, name="register"),
            path("offene-stellen/", staff.open_places, name="checks"),
        ],
        "website_staff",
    )
    return [path("", include(patterns))]


class DeskItem(MenuItem):
    def is_shown(self, request):
        return policies.may_use_desk(request.user)


class ChecksItem(MenuItem):
    def is_shown(self, request):
        return policies.may_check_texts(request.user)


@hooks.register("register_admin_menu_item")
def desk_item():
    return DeskItem(_("Contact desk"), reverse("website_staff:cases"), name="contact", icon_name="mail", order=500)


class RegisterItem(MenuItem):
    def is_shown(self, request):
        return policies.may_read_register(request.user)


@hooks.register("register_admin_menu_item")
def register_item():
    return RegisterItem(
        _("Data protection"), reverse("website_staff:register"), name="register", icon_name="lock", order=800
    )


@hooks.register("register_admin_menu_item")
def checks_item():
    return ChecksItem(
        _("Still to fill in"), reverse("website_staff:checks"), name="checks", icon_name="edit", order=900
    )


class CasesWaiting(Component):
    """What the contact desk needs today."""

    name = "contact"
    template_name = "website/staff/panel_cases.html"
    order = 200

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        waiting = policies.visible_cases(self.user).waiting().order_by("created_at", "id")
        return {"cases": list(waiting[:5]), "count": waiting.count()}


class OpenPlaces(Component):
    """How much of the texts the city still has to fill in."""

    name = "checks"
    template_name = "website/staff/panel_checks.html"
    order = 700

    def get_context_data(self, parent_context):
        groups = checks.everything(on=clock.today())
        return {"groups": [(title, len(findings)) for title, findings in groups]}


@hooks.register("construct_homepage_panels")
def home_panels(request, panels):
    if policies.may_use_desk(request.user):
        panels.append(CasesWaiting(request.user))
    if policies.may_check_texts(request.user):
        panels.append(OpenPlaces())


class EditorsOnly(BasePermissionPolicy):
    """The lists belong to the editors of all departments: our roles decide, not Wagtail's permissions."""

    def user_has_permission(self, user, action):
        return policies.may_check_texts(user)

    def user_has_any_permission(self, user, actions):
        return policies.may_check_texts(user)

    def users_with_any_permission(self, actions):
        people = get_user_model().objects.filter(is_active=True)
        return people.filter(is_superuser=True) | people.filter(roles__kind="editor", roles__department=None)


class _MaintainedList(SnippetViewSet):
    list_display = ["title", "checked_on", "valid_until"]
    search_fields = ["title", "text"]
    add_to_admin_menu = False

    @property
    def permission_policy(self):
        return EditorsOnly(self.model)


class FundingList(_MaintainedList):
    model = FundingOpportunity
    icon = "pick"


class RightsList(_MaintainedList):
    model = LocalRight
    icon = "clipboard-list"


class Lists(SnippetViewSetGroup):
    items = (FundingList, RightsList)
    menu_label = _("Lists")
    menu_icon = "list-ul"
    menu_order = 550


register_snippet(Lists)
