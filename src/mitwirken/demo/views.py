"""The demo's own pages; the URLconf mounts them only where DEMO is set."""

import re

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from mitwirken.accounts.models import User
from mitwirken.accounts.samples import DEMO_DOMAIN

from . import actions

ADDRESS = re.compile(r"(https?://[^\s<>\"]+[^\s<>\".,;:)])")


@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """What to try, and one-click sign-in as each made-up member of staff."""
    staff = (
        User.objects.filter(email__endswith=f"@{DEMO_DOMAIN}", is_active=True)
        .prefetch_related("roles__department")
        .order_by("-is_superuser", "email")
    )
    people = [{"name": person.get_full_name(), "email": person.email, "duties": duties(person)} for person in staff]
    return render(request, "demo/start.html", {"staff": people, "mails": actions.mails(5)})


def duties(person: User) -> str:
    """What this member of staff may do, in words."""
    if person.is_superuser:
        return _("Coordination office: may do everything.")
    roles = [
        f"{role.get_kind_display()} ({role.department.short_name})" if role.department else role.get_kind_display()
        for role in person.roles.all()
    ]
    return ", ".join(roles)


@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every mail the demo caught, newest first."""
    return render(request, "demo/mailbox.html", {"mails": actions.mails()})


@never_cache
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One caught mail: its headers and its text part, links clickable."""
    message = actions.mail(name)
    if message is None:
        raise Http404
    body = message.get_body(preferencelist=("plain",))
    text = body.get_content() if body else ""
    # Odd pieces of the split are addresses: escape everything, link those that stay on this site.
    pieces = ADDRESS.split(text)
    linked = format_html_join(
        "",
        "{}",
        (
            (format_html('<a href="{}">{}</a>', piece, piece) if index % 2 and _is_ours(piece) else piece,)
            for index, piece in enumerate(pieces)
        ),
    )
    shown = ("From", "To", "Subject", "Date", "Reply-To", "Message-ID", "List-Unsubscribe", "Auto-Submitted")
    headers = [{"term": header, "text": str(message[header])} for header in shown if message[header]]
    return render(request, "demo/mail.html", {"message": message, "headers": headers, "linked": linked})


def _is_ours(address: str) -> bool:
    return address.startswith(settings.SITE_URL + "/")


@require_POST
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Become a made-up member of staff; possible for the demo's own people only."""
    if not settings.DEMO:
        raise Http404
    person = get_object_or_404(
        User,
        email=request.POST.get("email", "").replace("\x00", ""),
        email__endswith=f"@{DEMO_DOMAIN}",
        is_active=True,
    )
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("wagtailadmin_home")
