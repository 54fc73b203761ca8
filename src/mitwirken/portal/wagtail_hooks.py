"""The portal's place in the staff area: its pages, menu, first page, and the rules of Wagtail's editor."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button

from mitwirken.accounts.policies import departments_of

from . import policies, readiness
from .models import ProjectPage, SectionPage
from .views.staff import contributions, moderation, projects, scope, steps
from .views.staff.home import Today


@hooks.register("register_admin_urls")
def staff_pages():
    pages = [
        path("vorhaben/", projects.index, name="projects"),
        path("vorhaben/neu/", projects.start, name="start_project"),
        path("vorhaben/<int:project_id>/", projects.project, name="project"),
        path("vorhaben/<int:project_id>/veroeffentlichen/", projects.publish, name="publish_project"),
        path("vorhaben/<int:project_id>/checkliste/", projects.tick, name="tick"),
        path("vorhaben/<int:project_id>/neuigkeit/", projects.post_update, name="post_update"),
        path("vorhaben/<int:project_id>/massnahme/", projects.set_measure, name="set_measure"),
        path("vorhaben/<int:project_id>/schritt/", steps.new, name="new_step"),
        path("schritt/<int:step_id>/", steps.edit, name="step"),
        path("schritt/<int:step_id>/beitraege/", contributions.index, name="contributions"),
        path("schritt/<int:step_id>/beitraege.csv", contributions.export, name="export"),
        path("schritt/<int:step_id>/<slug:verb>/", steps.change_state, name="change_step"),
        path("beitrag/<int:contribution_id>/", contributions.detail, name="contribution"),
        path("beitrag/<int:contribution_id>/antwort/", contributions.answer, name="answer"),
        path("beitrag/<int:contribution_id>/zusammenfuehren/", contributions.merge, name="merge"),
        path("beitrag/<int:contribution_id>/quittung/", contributions.slip, name="slip"),
        path("beitrag/<int:contribution_id>/pruefen/", moderation.contribution, name="moderate"),
        path("beitrag/<int:contribution_id>/personenbezug/", contributions.erase, name="erase"),
        path("kommentar/<int:comment_id>/pruefen/", moderation.comment, name="moderate_comment"),
        path("meldung/<int:report_id>/erledigt/", moderation.settle, name="settle"),
        path("beitrag-erfassen/", contributions.enter, name="enter"),
        path("moderation/", moderation.queue, name="moderation"),
    ]
    return [path("", include((pages, "portal_staff")))]


class ForRoles(MenuItem):
    """A menu item for people who hold one of `kinds` somewhere."""

    def __init__(self, label, url, *, kinds, **options):
        super().__init__(label, url, **options)
        self.kinds = kinds

    def is_shown(self, request):
        return departments_of(request.user, *self.kinds) != set()


def _room(label, address, kinds, icon, order):
    """One line of the menu; made when Wagtail draws it, because the addresses are not known before."""

    @hooks.register("register_admin_menu_item")
    def item():
        url = reverse(f"portal_staff:{address}")
        return ForRoles(label, url, kinds=kinds, name=address, icon_name=icon, order=order)


_room(gettext_lazy("Projects"), "projects", scope.READERS, "clipboard-list", 10)
_room(gettext_lazy("To moderate"), "moderation", scope.MODERATORS, "check", 20)
_room(gettext_lazy("Paper and telephone"), "enter", scope.MODERATORS, "edit", 30)


@hooks.register("construct_homepage_panels")
def what_needs_me_today(request, panels):
    panels.append(Today())


@hooks.register("before_publish_page")
def publish_only_what_is_ready(request, page):
    """Wagtail's own button obeys the same rule as ours (`publish_project`), and says the same sentences."""
    if not isinstance(page.specific_deferred if hasattr(page, "specific_deferred") else page, ProjectPage):
        return None
    reasons = readiness.of_project(page)
    if not reasons:
        return None
    for reason in reasons:
        messages.error(request, reason)
    return redirect("wagtailadmin_pages:edit", page.pk) if page.pk else redirect("wagtailadmin_home")


@hooks.register("before_delete_page")
def keep_what_people_handed_in(request, page):
    """A project with steps is never deleted: receipts must stay findable. Wagtail would end in an error."""
    found = page.specific
    if isinstance(found, SectionPage) or (isinstance(found, ProjectPage) and found.steps.exists()):
        messages.error(
            request,
            _("This page cannot be deleted: steps or contributions belong to it. You can unpublish it instead."),
        )
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_bulk_action")
def keep_it_in_bulk_too(request, action_type, objects, action_class_instance):
    """The same two rules at the door of the bulk actions."""
    pages = [page.specific for page in objects if getattr(page, "specific", None)]
    ours = [page for page in pages if isinstance(page, (ProjectPage, SectionPage))]
    if action_type == "delete" and ours:
        messages.error(request, _("Projects and sections cannot be deleted together. Nothing was changed."))
        return redirect("wagtailadmin_home")
    if action_type == "publish" and any(readiness.of_project(p) for p in ours if isinstance(p, ProjectPage)):
        messages.error(
            request, _("At least one project is not ready. Publish it on its own page to see what is missing.")
        )
        return redirect("portal_staff:projects")
    return None


@hooks.register("construct_page_chooser_queryset")
def choose_public_pages_or_own(pages, request):
    """Drafts of other departments do not appear in the chooser either."""
    # A list, not a subquery: the search index cannot look into one.
    own = list(policies.visible_projects(request.user).values_list("pk", flat=True))
    return pages.filter(Q(live=True) | Q(pk__in=own))


@hooks.register("register_page_header_buttons")
def way_back_to_the_workbench(page, user, view_name, next_url=None):
    if isinstance(page, ProjectPage) and page.pk:
        yield Button(
            gettext_lazy("Steps and answers"),
            reverse("portal_staff:project", args=[page.pk]),
            icon_name="clipboard-list",
            priority=5,
        )
