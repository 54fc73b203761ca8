"""A believable offer elsewhere, for tests and the demo."""

from typing import Any

from mitwirken.portal import samples as portal_samples
from mitwirken.portal.models import Step


def step(project_page=None, **fields: Any) -> Step:
    values = {
        "kind": "external",
        "title": "Umfrage zur Nahversorgung",
        "teaser": "Wo kaufen Sie ein, und was fehlt Ihnen?",
        "text": "Die Umfrage dauert etwa zehn Minuten. Sie läuft auf dem Beteiligungsportal des Landes.",
        "external_url": "https://beteiligung.example/umfrage",
        "settings": {"provider": "Beteiligungsportal des Landes"},
    } | fields
    return portal_samples.step(project_page, **values)


def fill(step: Step, *, participants: int = 214, **_options: Any) -> None:
    """Say what came of it, as if the offer had ended."""
    step.settings = step.settings | {
        "participants": participants,
        "result": "Am meisten gewünscht wurden ein Wochenmarkt am Nachmittag und eine Drogerie im Ortskern.",
    }
    step.save(update_fields=["settings"])
