"""The staff area shows each person what their role needs, in our words, and nothing else."""

from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .models import RoleKind
from .policies import departments_of, may_grant_roles
from .views import menu, roles

WRITING_MENUS = {"explorer", "images", "documents"}
NEVER_SHOWN = {"reports", "help", "users", "groups", "workflows", "workflow-tasks", "sites", "locales"}


@hooks.register("insert_global_admin_css")
def our_look():
    return format_html('<link rel="stylesheet" href="{}">', static("accounts/staff.css"))


@hooks.register("construct_main_menu", order=1000)
def only_what_the_role_needs(request, menu_items):
    """Reports and help lead to the maker's pages; pages and files are for those who write."""
    writes = departments_of(request.user, RoleKind.EDITOR, RoleKind.PROJECT_LEAD) != set()
    menu_items[:] = [
        item for item in menu_items if item.name not in NEVER_SHOWN and (writes or item.name not in WRITING_MENUS)
    ]


@hooks.register("construct_settings_menu", order=1000)
def only_settings_we_use(request, menu_items):
    menu_items[:] = [item for item in menu_items if item.name not in NEVER_SHOWN]


@hooks.register("construct_homepage_summary_items", order=1000)
def no_counts_of_pages(request, items):
    items.clear()


@hooks.register("construct_homepage_panels", order=-100)
def no_panels_of_the_maker(request, panels):
    """Runs first: our apps add theirs to an empty list."""
    panels.clear()


@hooks.register("register_admin_urls")
def role_pages():
    pages = [
        path("", roles.index, name="roles"),
        path("<int:role_id>/zurueck/", roles.revoke, name="revoke_role"),
    ]
    return [path("rollen/", include((pages, "accounts_staff")))]


@hooks.register("register_admin_urls")
def overview():
    return [path("bereiche/", menu.index, name="staff_menu")]


class RolesItem(MenuItem):
    def is_shown(self, request):
        return may_grant_roles(request.user)


@hooks.register("register_settings_menu_item")
def roles_item():
    return RolesItem(_("People and roles"), reverse("accounts_staff:roles"), icon_name="group", order=100)
