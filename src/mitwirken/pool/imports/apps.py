from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "mitwirken.pool.imports"
    label = "pool_imports"

    def ready(self) -> None:
        from ..features import Feature, Room, StaffDoor, register
        from ..policies import may_manage_pool
        from . import samples

        register(
            Feature(
                slug="imports",
                urls="mitwirken.pool.imports.urls",
                doors=(
                    StaffDoor(
                        "pool_imports:index",
                        _("Take in a list"),
                        _("Bring people from a table into the pool, with evidence for each of them and a way back."),
                        may_manage_pool,
                        room=Room.PEOPLE,
                    ),
                    StaffDoor(
                        "pool_imports:campaigns",
                        _("Flyers and codes"),
                        _("Print a code for a flyer and see how many people joined with it."),
                        may_manage_pool,
                        room=Room.PEOPLE,
                    ),
                ),
                demo=samples.demo,
            )
        )
