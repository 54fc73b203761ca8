"""Doors of Wagtail's admin that ask no rights, or ask too late: the ids in an address must be the person's own.

Wagtail checks rights where something is changed; confirmation pages, choosers, reports and its internal API
name drafts of every department on the way. tests/test_strangers.py walks all of them.
"""

from django.http import HttpRequest
from wagtail.documents.permissions import permission_policy as document_policy
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.permissions import page_permission_policy

from mitwirken.core.typed import whole_number

FILES = {"image": image_policy, "document": document_policy}
FILE_RIGHTS = ["add", "change", "delete", "choose"]
PAGE_IDS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_id_to_move")


def is_open(request: HttpRequest) -> bool:
    """False if the address is closed to this member of staff; asked after the address is resolved."""
    asked_for = request.resolver_match.kwargs if request.resolver_match else {}
    area = request.path.split("/")[2]
    if area in ("failwhale", "test404"):
        return False
    if area == "api":
        return _explorer_asks(request)
    if request.user.is_superuser:
        return True
    if area == "reports":
        return False
    if area == "bulk":
        return _own_bulk(request, asked_for.get("model_name", ""))
    if area == "pages":
        return all(_own_pages(request.user, [asked_for[name]]) for name in PAGE_IDS if name in asked_for)
    if area in ("images", "documents"):
        kind = area.removesuffix("s")
        asked = asked_for.get(f"{kind}_id", asked_for.get("pk"))
        return asked is None or _own_files(request.user, kind, [asked])
    return True


def _explorer_asks(request: HttpRequest) -> bool:
    """True for the two questions the page menu asks; the rest lists everything and publishes unchecked."""
    listing = "/staff/api/main/pages/"
    if request.method != "GET" or not request.path.startswith(listing):
        return False
    page = request.path.removeprefix(listing).strip("/")
    return _own_pages(request.user, [page]) if page else "for_explorer" in request.GET


def _own_bulk(request: HttpRequest, model: str) -> bool:
    asked = request.GET.getlist("id")
    if "all" in asked:
        asked = [request.GET.get("childOf", "")]
        return model == "page" and _own_pages(request.user, asked)
    if model == "page":
        return _own_pages(request.user, asked)
    return model in FILES and _own_files(request.user, model, asked)


def _own_pages(user, ids) -> bool:
    return _all_in(page_permission_policy.explorable_instances(user), ids)


def _own_files(user, kind: str, ids) -> bool:
    return _all_in(FILES[kind].instances_user_has_any_permission_for(user, FILE_RIGHTS), ids)


def _all_in(rows, ids) -> bool:
    numbers = {number for one in ids if (number := whole_number(one)) is not None}
    return len(numbers) == len({str(one) for one in ids}) and rows.filter(pk__in=numbers).count() == len(numbers)
