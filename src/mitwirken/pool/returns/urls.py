from django.conf import settings
from django.urls import URLPattern, path

from . import views


def provider_doors() -> list[URLPattern]:
    """Where the configured mail provider reports to; of all the library knows no other has a door."""
    name = settings.ANYMAIL_PROVIDER
    if not name or not settings.ANYMAIL_WEBHOOK_SECRET:
        return []
    # The list of all brings each provider's libraries along: only who needs one waits for them.
    from anymail.urls import urlpatterns as known_providers

    known = {entry.name: entry.callback for entry in known_providers}
    door = known.get(f"{name}_webhook") or known.get(f"{name}_tracking_webhook")
    return [path(f"rueckmeldung/{name}/", door, name="provider")] if door else []


app_name = "pool_returns"
urlpatterns = [
    path("einstellungen/<str:token>/zustellung/", views.works_again, name="works_again"),
    *provider_doors(),
]
