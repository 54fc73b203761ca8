"""Who may draft, read and approve bulletins."""

from datetime import datetime

from django.db.models import QuerySet

from mitwirken.accounts.models import RoleKind
from mitwirken.accounts.policies import Person, departments_of, has_role
from mitwirken.city.models import Department

from .. import policies as pool
from .models import Bulletin, BulletinTemplate, State


def may_edit(user: Person, bulletin: Bulletin, *, at: datetime) -> bool:
    """Change the words, hand in, take back: whoever may write in the department's name."""
    return bulletin.is_editable and pool.may_write(user, bulletin.department, at=at)


def wrote(user: Person, bulletin: Bulletin) -> bool:
    """Whether words in it are this person's own, also under a later change of somebody else."""
    return Bulletin.objects.written_by(user.pk or 0).filter(pk=bulletin.pk).exists()


def may_approve(user: Person, bulletin: Bulletin) -> bool:
    """Four eyes: a pool manager of the department who wrote none of the words that nobody has approved yet."""
    return (
        bulletin.state == State.SUBMITTED
        and has_role(user, bulletin.department_id, RoleKind.POOL_MANAGER)
        and not wrote(user, bulletin)
    )


def to_approve(user: Person) -> QuerySet[Bulletin]:
    """All that `may_approve` allows this person."""
    return Bulletin.objects.to_approve(departments_of(user, RoleKind.POOL_MANAGER), by=user.pk or 0)


def may_decide(user: Person, bulletin: Bulletin) -> bool:
    """Say what becomes of a bulletin that could not leave: pool managers of the department."""
    return bulletin.state == State.WAITING and has_role(user, bulletin.department_id, RoleKind.POOL_MANAGER)


def may_stop(user: Person, bulletin: Bulletin) -> bool:
    """Call an approved bulletin back before it leaves: pool managers of the department."""
    return bulletin.state == State.APPROVED and has_role(user, bulletin.department_id, RoleKind.POOL_MANAGER)


def waiting_for(user: Person) -> int:
    """How many bulletins this person should read and approve, or decide about."""
    departments = departments_of(user, RoleKind.POOL_MANAGER)
    undecided = Bulletin.objects.of_departments(departments).filter(state=State.WAITING)
    return to_approve(user).count() + undecided.count()


def may_change_template(user: Person, template: BulletinTemplate, *, at: datetime) -> bool:
    """Templates for all belong to those who manage the whole pool; others to who writes for the department."""
    if template.department is None:
        return may_write_for_all(user)
    return pool.may_write(user, template.department, at=at)


def may_write_for_all(user: Person) -> bool:
    """Make templates that every department is offered."""
    return departments_of(user, RoleKind.POOL_MANAGER) is None


def departments_for_templates(user: Person, *, at: datetime) -> list[Department]:
    return pool.departments_for_writing(user, at=at)
