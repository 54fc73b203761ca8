from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SelectionsConfig(AppConfig):
    name = "mitwirken.pool.selections"
    label = "pool_selections"

    def ready(self) -> None:
        from mitwirken.core import clock

        from ..features import Feature, Room, StaffDoor, register
        from . import policies, samples

        register(
            Feature(
                slug="selections",
                doors=(
                    StaffDoor(
                        "pool_selections:index",
                        _("Selections"),
                        _("Whom a mailing is for: build a rule once, use it again."),
                        lambda user: policies.may_see(user, at=clock.now()),
                        room=Room.WRITE,
                    ),
                ),
                demo=samples.demo,
            )
        )
