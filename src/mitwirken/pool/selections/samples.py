"""Selections as departments make them, for tests and the demo."""

from datetime import datetime, timedelta
from typing import Any

from mitwirken.accounts.models import RoleKind, User
from mitwirken.city.models import Department, District, Topic
from mitwirken.core import clock

from ..actions import save_selection
from ..models import Selection


def selection(department: Department, *, by: User, name: str = "Klima im Norden", **fields: Any) -> Selection:
    """A saved selection; everybody, if nothing else is said."""
    at = fields.get("at") or clock.now()
    return save_selection(name, fields.get("rule", {"and": []}), department=department, by=by, at=at)


def demo(at: datetime) -> None:
    """Three selections of a department that writes; running it twice adds none."""
    lead = User.objects.filter(roles__kind=RoleKind.PROJECT_LEAD, roles__department__isnull=False).first()
    if lead is None or Selection.objects.exists():
        return
    department = Department.objects.filter(roles__user=lead).order_by("name")[0]
    topics = list(Topic.objects.values_list("pk", flat=True)[:2])
    districts = list(District.objects.values_list("pk", flat=True)[:3])
    rules = {
        "Innenstadt, für Aufgaben": [{"districts": districts}, {"not_asked_days": 90}, {"at_most": 50}],
        "Zwei Themen, ganze Stadt": [{"topics": topics}],
        "Wer gern vor Ort mitmacht": [{"ways": ["analog"]}, {"languages": ["de"]}],
    }
    for number, (name, parts) in enumerate(rules.items()):
        save_selection(name, {"and": parts}, department=department, by=lead, at=at - timedelta(days=20 + number))
