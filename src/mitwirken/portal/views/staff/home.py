"""The first page of the staff area: what needs me today."""

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from mitwirken.accounts.models import RoleKind
from mitwirken.core import clock

from ... import policies
from ...models import Step, StepState
from . import scope
from .moderation import waiting

SHOWN = 5


class Today(Component):
    """Counts with links for the person's own departments; friendly when nothing waits."""

    name = "portal_today"
    template_name = "portal/staff/today.html"
    order = 100

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        makers = (_to_moderate, _to_answer, _closing_soon, _ended, _drafts)
        cards = [make(user) for make in makers]
        return {
            "cards": [card for card in cards if card["count"]],
            "may_start": scope.departments(user).exists(),
            "reads": policies.visible_projects(user, *scope.READERS).exists(),
        }


def _card(title, count, url, items=(), urgent=""):
    return {"title": title, "count": count, "url": url, "items": items, "urgent": urgent}


def _to_moderate(user):
    counts = {name: rows.count() for name, rows in waiting(user).items()}
    reports = counts["meldungen"]
    urgent = ngettext("%(count)d report by residents", "%(count)d reports by residents", reports)
    return _card(
        _("To moderate"),
        sum(counts.values()),
        reverse("portal_staff:moderation"),
        urgent=urgent % {"count": reports} if reports else "",
    )


def _to_answer(user):
    """Steps with contributions nobody has answered; the oldest promise first."""
    unanswered = Q(contributions__answer=None) & ~Q(contributions__moderation="hidden")
    steps = (
        Step.objects.published()
        .filter(pk__in=scope.steps(user, RoleKind.PROJECT_LEAD).values("pk"), answered_at=None, done_at=None)
        .annotate(open=Count("contributions", filter=unanswered & Q(contributions__isnull=False)))
        .filter(open__gt=0)
        .order_by(F("answer_until").asc(nulls_last=True), "id")
    )
    # All of them, for the sums must be true; of each only what is said.
    rows, today = list(steps.only("title", "answer_until")), localdate()
    overdue = sum(step.answer_until is not None and step.answer_until < today for step in rows)
    urgent = ngettext("%(count)d promise is overdue", "%(count)d promises are overdue", overdue)
    return _card(
        _("To answer"),
        sum(step.open for step in rows),
        reverse("portal_staff:projects"),
        [(_promise(step, today), reverse("portal_staff:contributions", args=[step.pk])) for step in rows[:SHOWN]],
        urgent % {"count": overdue} if overdue else "",
    )


def _promise(step, today):
    words = _("%(step)s: %(count)d without an answer") % {"step": step.title, "count": step.open}
    if step.answer_until is None:
        return words
    day = date_format(step.answer_until)
    late = step.answer_until < today
    return f"{words}, " + (_("promised by %(day)s, overdue") if late else _("promised by %(day)s")) % {"day": day}


def _steps_card(title, steps, words):
    rows = list(steps.select_related("project").order_by("ends_at", "id")[:SHOWN])
    items = [
        (
            words % {"step": step.title, "day": date_format(step.ends_at)},
            reverse("portal_staff:project", args=[step.project_id]),
        )
        for step in rows
    ]
    return _card(title, steps.count(), reverse("portal_staff:projects"), items)


def _closing_soon(user):
    steps = scope.steps(user, *scope.READERS).closing_soon(at=clock.now())
    return _steps_card(_("Closing soon"), steps, _("%(step)s: until %(day)s"))


def _ended(user):
    steps = scope.steps(user, *scope.WRITERS).in_evaluation(at=clock.now()).filter(project__is_archive=False)
    return _steps_card(_("Ended, answer open"), steps, _("%(step)s: ended on %(day)s"))


def _drafts(user):
    """Projects nobody can see yet, and steps of public projects that wait to be published."""
    projects = policies.visible_projects(user, *scope.WRITERS).filter(live=False).order_by("-id")
    steps = scope.steps(user, *scope.WRITERS).filter(state=StepState.DRAFT, project__live=True).order_by("-id")
    items = [(page.title, reverse("portal_staff:project", args=[page.pk])) for page in projects[:SHOWN]]
    items += [(step.title, reverse("portal_staff:project", args=[step.project_id])) for step in steps[:SHOWN]]
    return _card(_("Drafts"), projects.count() + steps.count(), reverse("portal_staff:projects"), items[:SHOWN])
