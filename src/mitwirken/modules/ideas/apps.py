from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdeasConfig(AppConfig):
    name = "mitwirken.modules.ideas"
    label = "ideas"

    def ready(self) -> None:
        from mitwirken.portal.registry import Module, register

        from . import exports, samples
        from .forms import IdeasSettings

        register(
            Module(
                slug="ideas",
                label=_("Collecting ideas"),
                icon="star",
                urls="mitwirken.modules.ideas.urls",
                action_label=_("Hand in an idea"),
                settings_form=IdeasSettings,
                count=exports.count,
                rows=exports.rows,
                sample=samples.fill,
                paper_form="ideas/paper.html",
                goals=frozenset(["collect_ideas", "collect_opinions", "local_knowledge"]),
            )
        )
