from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "mitwirken.portal"
    label = "portal"

    def ready(self):
        from . import erasure  # noqa: F401 registers itself with the accounts
