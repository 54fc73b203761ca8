from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "mitwirken.pool.invitations"
    label = "pool_invitations"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from mitwirken.core import clock

        from ..features import Feature, Room, StaffDoor, register
        from ..models import DispatchKind
        from ..policies import may_see
        from . import actions, exports, mails, numbers, policies, samples, words
        from .views import panel

        door = StaffDoor(
            url_name="pool_invitations_staff:index",
            label=_("Invitations"),
            help_text=_("Invite members to an event: places, waiting list, reminders, changes, cancellations."),
            allowed=may_see,
            waiting=policies.waiting,
            room=Room.WRITE,
        )
        register(
            Feature(
                slug="invitations",
                urls="mitwirken.pool.invitations.urls",
                doors=(door,),
                renders={DispatchKind.INVITATION: mails.invitation_mail, DispatchKind.EVENT: mails.event_mail},
                slots={"invitation": words.token, "invitation_code": words.code},
                words={"invited": words.invited},
                panel=panel.mine,
                export=exports.of_member,
                labels=exports.LABELS,
                meanings=exports.MEANINGS,
                erase=lambda members: actions.erase(members, at=clock.now()),
                figures=numbers.figures,
                taking_part=numbers.taking_part,
                demo=samples.demo,
            )
        )
