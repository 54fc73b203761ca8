from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    name = "mitwirken.pool.letters"
    label = "pool_letters"

    def ready(self) -> None:
        from mitwirken.core import clock

        from ..features import Feature, Room, StaffDoor, register
        from ..policies import may_manage_pool
        from . import exports, numbers, samples

        register(
            Feature(
                slug="letters",
                urls="mitwirken.pool.letters.urls",
                doors=(
                    StaffDoor(
                        url_name="pool_letters_staff:index",
                        label=_("Letters and calls"),
                        help_text=_("Print letters and call people who have no e-mail."),
                        allowed=may_manage_pool,
                        waiting=lambda user: numbers.how_many_wait(at=clock.now()),
                        room=Room.PEOPLE,
                    ),
                ),
                export=exports.personal_data,
                labels=exports.LABELS,
                demo=samples.demo,
            )
        )
