"""Sign-in and account below /konto/. Password pages are left out: there are no passwords to lose."""

from allauth.account import views as allauth
from django.urls import include, path
from django.views.generic import RedirectView

from .views import account
from .views.account import limited

pages = [
    path("", account.home, name="home"),
    path("name/", account.name, name="name"),
    path("daten/", account.data, name="data"),
    path("loeschen/", account.delete, name="delete"),
]
urlpatterns = [
    path("", include((pages, "accounts"))),
    path("anmelden/", limited(allauth.request_login_code, "login"), name="account_login"),
    path("anmelden/", limited(allauth.request_login_code, "login"), name="account_request_login_code"),
    path("anmelden/code/", limited(allauth.confirm_login_code, "code"), name="account_confirm_login_code"),
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("abmelden/", allauth.logout, name="account_logout"),
    path("anlegen/", limited(allauth.signup, "signup"), name="account_signup"),
    path(
        "bestaetigen/",
        limited(allauth.email_verification_sent, "verify"),
        name="account_email_verification_sent",
    ),
    path("gesperrt/", allauth.account_inactive, name="account_inactive"),
    path("erneut/", limited(allauth.reauthenticate, "again"), name="account_reauthenticate"),
    path("adressen/", limited(allauth.email, "email"), name="account_email"),
    path("sicherheit/", include("allauth.mfa.urls")),
]
