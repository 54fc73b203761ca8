from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReturnsConfig(AppConfig):
    name = "mitwirken.pool.returns"
    label = "pool_returns"

    def ready(self) -> None:
        from anymail.signals import tracking

        from mitwirken.core import clock, inbound

        from .. import policies
        from ..features import Feature, StaffDoor, register
        from . import actions, hooks, intake, panel, samples

        inbound.register("b", intake.take_bounce)
        inbound.register("r", intake.take_reply)
        inbound.register("leave", intake.take_leave)
        for mailbox in ("abuse", "fbl"):
            inbound.register(mailbox, intake.take_report)
        tracking.connect(hooks.take_event, dispatch_uid="pool_returns")
        register(
            Feature(
                slug="returns",
                urls="mitwirken.pool.returns.urls",
                doors=(
                    StaffDoor(
                        url_name="pool_returns_staff:index",
                        label=_("What came back"),
                        help_text=_("Bounces, complaints and answers per week; addresses that do not take mail."),
                        allowed=lambda user: (
                            policies.may_manage_pool(user)
                            or bool(policies.departments_for_writing(user, at=clock.now()))
                        ),
                    ),
                ),
                panel=panel.panel,
                export=panel.export,
                labels=panel.LABELS,
                meanings=panel.MEANINGS,
                erase=actions.erase,
                demo=samples.demo,
            )
        )
