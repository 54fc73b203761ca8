from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    name = "mitwirken.pool.assignments"
    label = "pool_assignments"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from ..features import Feature, PublicLink, Room, StaffDoor, register
        from ..models import DispatchKind
        from ..policies import may_see
        from . import actions, exports, mails, numbers, policies, samples, words
        from .views import panel

        door = StaffDoor(
            url_name="pool_assignments_staff:index",
            label=_("Tasks"),
            help_text=_("Let members try something out or answer a few questions, and tell them what came of it."),
            allowed=may_see,
            waiting=policies.waiting,
            room=Room.WRITE,
        )
        link = PublicLink(
            url_name="pool_assignments:effects",
            label=_("What your answers achieved"),
            help_text=_("What members of the people pool tried out and answered, and what changed because of it."),
        )
        register(
            Feature(
                slug="assignments",
                urls="mitwirken.pool.assignments.urls",
                links=(link,),
                doors=(door,),
                renders={DispatchKind.TASK: mails.task_mail},
                slots={"task": words.token, "task_code": words.code},
                words={"assigned": words.assigned},
                panel=panel.mine,
                export=exports.of_member,
                labels=exports.LABELS,
                meanings=exports.MEANINGS,
                erase=actions.erase,
                figures=numbers.figures,
                taking_part=numbers.taking_part,
                demo=samples.demo,
            )
        )
