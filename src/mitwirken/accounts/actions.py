"""What happens to people and their roles."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from mitwirken.core import audit

from . import letters, rights
from .models import Role, RoleKind, User

UNUSED_FOR = timedelta(days=730)
NEVER_CONFIRMED_FOR = timedelta(days=30)

_erasers: list[Callable[[User], object]] = []


class Refused(Exception):
    """What was asked cannot be done; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def before_deletion(function: Callable[[User], object]) -> Callable[[User], object]:
    """Register what another app must erase before an account goes."""
    _erasers.append(function)
    return function


@transaction.atomic
def grant_role(user: User, kind: RoleKind, department: models.Model | None, *, by: User | None) -> Role:
    """Give the role in one department, or in all of them with None. Granting twice changes nothing.

    Who gets it from somebody (`by`) is told by mail; samples and the command line tell nobody.
    """
    where = department.pk if department else None
    found = Role.objects.filter(user=user, kind=kind, department=where).first()
    role = found or Role.objects.create(user=user, kind=kind, department_id=where)
    if not found:
        rights.sync(user)
        audit.record(user, "accounts.grant_role", by=by, kind=str(kind), department=role.department_id)
        if by is not None:
            letters.role_granted(role)
    return role


@transaction.atomic
def revoke_role(role: Role, *, by: User | None) -> None:
    """Take the role back, with all that followed from it."""
    user = role.user
    audit.record(user, "accounts.revoke_role", by=by, kind=role.kind, department=role.department_id)
    role.delete()
    rights.sync(user)


@transaction.atomic
def invite(email: str, *, first_name: str, last_name: str, by: User | None) -> User:
    """Open an account for a colleague; they sign in with a code sent to this address."""
    user = User.objects.create_user(email=email, first_name=first_name, last_name=last_name)
    audit.record(user, "accounts.invite", by=by)
    return user


@transaction.atomic
def rename(user: User, *, pseudonym: str, first_name: str, last_name: str) -> None:
    """Change the names: the public one, and for staff the one colleagues see."""
    user.pseudonym, user.first_name, user.last_name = pseudonym, first_name, last_name
    user.save(update_fields=["pseudonym", "first_name", "last_name"])
    audit.record(user, "accounts.rename", by=user)


@transaction.atomic
def delete_account(user: User) -> None:
    """Erase the person. What they contributed stays, without their name."""
    if user.is_superuser and not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk).exists():
        raise Refused(
            _("You are the only person who can grant roles. Give this right to somebody else first, then delete.")
        )
    audit.record(user, "accounts.delete_account", by=None)
    for erase in _erasers:
        erase(user)
    user.delete()


def forget_unused(*, at: datetime) -> int:
    """Delete the accounts of residents nobody used for two years, or never confirmed; how many went."""
    unused = Q(last_login__lt=at - UNUSED_FOR) | Q(last_login=None, date_joined__lt=at - NEVER_CONFIRMED_FOR)
    people = list(User.objects.filter(unused, roles=None, is_superuser=False)[:500])
    for person in people:
        delete_account(person)
    return len(people)
