"""The one door of the staff area, before anything behind it is asked."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from mitwirken.core.views import forbidden, not_found

from . import doors
from .policies import is_staff_member

AREA = "/staff/"
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# Wagtail's editor writes scripts and styles into its pages and shows previews in a frame of its own;
# residents' pages keep the strict policy of the settings.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        " ".join(["img-src 'self' data: blob:", *settings.MEDIA_HOSTS]),
        " ".join(["media-src 'self' blob:", *settings.MEDIA_HOSTS]),
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'self'",
        "object-src 'none'",
    ]
)


class StaffDoor:
    """Middleware: strangers are sent to sign in, residents are told no, staff need a second factor."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(AREA):
            return self.get_response(request)
        response = self.refusal(request) or self.get_response(request)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store, private"
        return response

    def process_view(self, request, view, args, kwargs):
        """After the address is known, before the page: ids of other departments do not exist."""
        if request.path.startswith(AREA) and not doors.is_open(request):
            return not_found(request)
        return None

    @staticmethod
    def refusal(request: HttpRequest) -> HttpResponse | None:
        """What is answered instead of the page, if anything."""
        user = request.user
        if not user.is_authenticated:
            way_back = request.get_full_path() if request.method == "GET" else AREA
            return redirect_to_login(way_back, settings.WAGTAILADMIN_LOGIN_URL)
        if not is_staff_member(user):
            return forbidden(request)
        leaving = request.path == f"{AREA}logout/"
        if settings.STAFF_NEEDS_SECOND_FACTOR and not leaving and not is_mfa_enabled(user, SECOND_FACTORS):
            messages.warning(
                request,
                _("The staff area needs a second proof that it is you. Please set up an app or a passkey first."),
            )
            return redirect("mfa_index")
        return None
