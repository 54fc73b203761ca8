"""Every way of the staff area on one page: where no script builds the menu, and for whoever likes an overview."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from wagtail.admin.menu import SubmenuMenuItem, admin_menu


def index(request):
    """The items of the menu this person sees, in its order; those of a submenu under its name."""
    single, groups = [], []
    for item in sorted(admin_menu.menu_items_for_request(request), key=lambda item: item.order):
        if isinstance(item, SubmenuMenuItem):
            below = sorted(item.menu.menu_items_for_request(request), key=lambda item: item.order)
            groups.append({"label": item.label, "entries": below})
        else:
            single.append(item)
    context = {"title": _("Everything in the staff area"), "icon": "list-ul", "items": single, "groups": groups}
    return render(request, "accounts/staff/menu.html", context)
