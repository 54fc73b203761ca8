"""Plainly made-up people who sign in."""

from django.apps import apps

from . import actions
from .models import RoleKind, User

# Everybody of the demo has an address here, and nobody else ever does: it opens the one-click sign-in.
DEMO_DOMAIN = "demo.stadt.example"
_DEMO = [
    ("redaktion", "Rosa", "Redaktion", RoleKind.EDITOR),
    ("projektleitung", "Paul", "Projektleitung", RoleKind.PROJECT_LEAD),
    ("moderation", "Mona", "Moderation", RoleKind.MODERATOR),
    ("mitmachpool", "Peer", "Mitmachpool", RoleKind.POOL_MANAGER),
    ("auswertung", "Eva", "Auswertung", RoleKind.EVALUATOR),
    ("datenschutz", "Dana", "Datenschutz", RoleKind.DATA_PROTECTION),
]
# They serve all departments; the others work for one.
_CITYWIDE = {RoleKind.POOL_MANAGER, RoleKind.EVALUATOR, RoleKind.DATA_PROTECTION}


def user(**fields) -> User:
    number = User.objects.count() + 1
    values = {
        "email": f"person{number}@beispiel.example",
        "first_name": "Erika",
        "last_name": f"Muster {number}",
    } | fields
    return User.objects.create_user(**values)


def staff(kind: RoleKind, department=None, **fields) -> User:
    """Someone who works for `department` (None: for all of them) in the role `kind`."""
    person = user(**fields)
    actions.grant_role(person, kind, department, by=None)
    return person


def demo_staff() -> list[User]:
    """One made-up person per role for the first department with a section, and the coordination office."""
    departments = apps.get_model("city", "Department").objects  # city is a sibling: found by name
    home = departments.filter(slug="stadtplanung").first() or departments.first()
    people = [_demo_person("koordination", "Kora", "Koordination", is_superuser=True, is_staff=True)]
    for name, first_name, last_name, kind in _DEMO:
        person = _demo_person(name, first_name, last_name)
        actions.grant_role(person, kind, None if kind in _CITYWIDE else home, by=None)
        people.append(person)
    return people


def _demo_person(name: str, first_name: str, last_name: str, **fields) -> User:
    email = f"{name}@{DEMO_DOMAIN}"
    return User.objects.filter(email=email).first() or user(
        email=email, first_name=first_name, last_name=last_name, **fields
    )
