from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "mitwirken.website"
    label = "website"

    def ready(self) -> None:
        from mitwirken.core import inbound

        from . import actions

        inbound.register("kontakt", actions.take_reply)
        inbound.register_desk(actions.take_mail)
