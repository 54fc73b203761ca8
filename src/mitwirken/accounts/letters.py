"""Mail about what somebody may do here from now on."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from mitwirken.core import mail

from .models import Role, RoleKind

MAY_DO = {
    RoleKind.EDITOR: _("You may write and publish projects and steps, and answer matters of the contact desk."),
    RoleKind.PROJECT_LEAD: _(
        "You may start, publish and close projects, read and moderate contributions, answer them, and evaluate."
    ),
    RoleKind.MODERATOR: _("You may read contributions, show or hide them, and type in what comes on paper."),
    RoleKind.POOL_MANAGER: _("You may see the numbers of the people pool, stop mailings, take people in and out."),
    RoleKind.EVALUATOR: _("You may type in evaluation sheets and see the results."),
    RoleKind.DATA_PROTECTION: _("You may read which personal data is kept, for how long, and whether it is deleted."),
}


def role_granted(role: Role) -> None:
    """Tell the person which role they hold now, where, and how to sign in."""
    with translation.override(settings.LANGUAGE_CODE):
        mail.post(
            role.user.email,
            "accounts/mail/role",
            {
                "role_name": role.get_kind_display(),
                "department": str(role.department) if role.department else "",
                "may_do": MAY_DO[RoleKind(role.kind)],
                "email": role.user.email,
                "staff_url": settings.SITE_URL + reverse("wagtailadmin_home"),
            },
            key=f"role:{role.pk}",
        )
