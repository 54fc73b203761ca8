"""Who may do what where: the page on which the coordination office grants and takes back roles."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mitwirken.core import paging
from mitwirken.core.typed import searched

from .. import actions
from ..forms import RoleForm
from ..models import Role, User
from ..policies import may_grant_roles

PER_PAGE = 50


def _only_granters(request):
    if not may_grant_roles(request.user):
        raise PermissionDenied


def index(request):
    """People with roles, in the order of their addresses; the form grants another one."""
    _only_granters(request)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        person = User.objects.filter(email=typed["email"].lower()).first() or actions.invite(
            typed["email"], first_name=typed["first_name"], last_name=typed["last_name"], by=request.user
        )
        actions.grant_role(person, typed["kind"], typed["department"], by=request.user)
        messages.success(request, _("The role has been granted to %(person)s.") % {"person": person})
        return redirect("accounts_staff:roles")
    people = User.objects.filter(Q(roles__isnull=False) | Q(is_superuser=True)).distinct()
    search = searched(request)
    if search:
        people = people.filter(
            Q(email__icontains=search) | Q(first_name__icontains=search) | Q(last_name__icontains=search)
        )
    people = people.prefetch_related("roles__department")
    context = {
        "form": form,
        # An address in the address bar ends up in logs: the page is named by a number.
        "page": paging.page(request, people, order=["email", "pk"], size=PER_PAGE, name="ab", among=User.objects.all()),
        "search": search,
    }
    return render(request, "accounts/staff/roles.html", context)


@require_POST
def revoke(request, role_id):
    _only_granters(request)
    role = get_object_or_404(Role.objects.select_related("user"), pk=role_id)
    actions.revoke_role(role, by=request.user)
    messages.success(request, _("The role has been taken back."))
    return redirect("accounts_staff:roles")
