"""How sign-in behaves here: mail goes through our own post, staff and residents use one door."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.urls import reverse

from mitwirken.core import clock, mail


class AccountAdapter(DefaultAccountAdapter):
    """Codes leave as letters of the city, so that a failing relay delays them instead of losing them."""

    def send_mail(self, template_prefix, email, context):
        code = context.get("code", "")
        mail.post(
            email,
            "accounts/mail/code" if code else "accounts/mail/notice",
            {"code": code, "account_url": settings.SITE_URL + reverse("accounts:home")},
            key=f"account:{email}:{template_prefix}:{clock.now().isoformat()}",
        )

    def send_account_already_exists_mail(self, email):
        """Somebody, perhaps the person, tried to sign up again: say so to the address, never on the page."""
        mail.post(
            email,
            "accounts/mail/exists",
            {"login_url": settings.SITE_URL + reverse("account_login")},
            key=f"account:{email}:exists:{clock.now().isoformat()}",
        )
