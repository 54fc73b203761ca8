from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RolloutConfig(AppConfig):
    name = "mitwirken.pool.rollout"
    label = "pool_rollout"

    def ready(self) -> None:
        from ..features import Feature, StaffDoor, register
        from . import policies, samples

        register(
            Feature(
                slug="rollout",
                doors=(
                    StaffDoor(
                        "pool_rollout:departments",
                        _("Departments"),
                        _("Who may write to the pool, and who is on the way."),
                        policies.may_enable,
                    ),
                    StaffDoor(
                        "pool_rollout:report",
                        _("Report on the trial"),
                        _("Growth, reach and answers, as a page and as PDF."),
                        policies.may_read_report,
                    ),
                ),
                demo=samples.demo,
            )
        )
