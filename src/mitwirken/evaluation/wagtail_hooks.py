"""The evaluation in the staff area: which runs wait, paper sheets, how a run is going."""

from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from mitwirken.core import clock

from . import policies
from .models import PAPER_GRACE
from .views import staff


@hooks.register("register_admin_urls")
def staff_urls():
    patterns = (
        [
            path("", staff.runs, name="runs"),
            path("<int:step>/", staff.run, name="run"),
        ],
        "evaluation_staff",
    )
    return [path("mitmach-check/", include(patterns))]


class EvaluationMenuItem(MenuItem):
    def is_shown(self, request):
        return policies.is_evaluator(request.user)


@hooks.register("register_admin_menu_item")
def menu_item():
    return EvaluationMenuItem(
        _("Participation check"),
        reverse("evaluation_staff:runs"),
        name="evaluation",
        icon_name="clipboard-list",
        order=450,
    )


class RunsWaiting(Component):
    """What the evaluation needs today: forms that are open and take paper sheets."""

    name = "evaluation"
    template_name = "evaluation/staff/panel.html"
    order = 250

    def __init__(self, user):
        self.user = user

    def get_context_data(self, parent_context):
        now = clock.now()
        found = policies.visible_runs(self.user).filter(closes_at__gt=now - PAPER_GRACE)
        return {"rows": staff.with_state(staff.with_counts(found).order_by("closes_at", "pk")[:5], now)}


@hooks.register("construct_homepage_panels")
def home_panel(request, panels):
    if policies.is_evaluator(request.user):
        panels.append(RunsWaiting(request.user))
