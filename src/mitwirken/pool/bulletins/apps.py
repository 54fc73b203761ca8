from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "mitwirken.pool.bulletins"
    label = "pool_bulletins"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from ..features import Feature, Room, StaffDoor, register
        from ..models import DispatchKind
        from ..policies import may_see
        from . import mails, policies, samples

        register(
            Feature(
                slug="bulletins",
                doors=(
                    StaffDoor(
                        "pool_bulletins:index",
                        _("Bulletins"),
                        _("Write to members of the pool: draft, check, have approved, send."),
                        may_see,
                        policies.waiting_for,
                        Room.WRITE,
                    ),
                ),
                renders={DispatchKind.BULLETIN: mails.rendered},
                archive={DispatchKind.BULLETIN: mails.archive_panel},
                demo=samples.demo,
            )
        )
