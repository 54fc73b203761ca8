from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExternalConfig(AppConfig):
    name = "mitwirken.modules.external"
    label = "external"

    def ready(self) -> None:
        from mitwirken.portal.registry import Module, register

        from . import exports, samples
        from .forms import ExternalSettings

        register(
            Module(
                slug="external",
                label=_("Taking part elsewhere"),
                icon="external",
                urls="mitwirken.modules.external.urls",
                action_label=_("To the offer"),
                settings_form=ExternalSettings,
                count=exports.count,
                rows=exports.rows,
                sample=samples.fill,
                channels=frozenset(["analog", "digital", "hybrid"]),
            )
        )
