from mitwirken.core import clock
from mitwirken.core.jobs import every

from .. import asking
from ..models import DispatchKind
from . import actions
from .models import Event


@every(seconds=15)
def remind():
    """Participants hear of their event seven days and one day before, each once. In time, or not at all."""
    now = clock.now()
    for event in Event.objects.to_come(at=now):
        for days in event.reminders_due(at=now):
            actions.remind(event, days, at=now)


@every(seconds=15)
def follow_steps():
    """Another date or place of a step is one of its event."""
    now = clock.now()
    for event in Event.objects.to_come(at=now).exclude(step=None).select_related("step"):
        actions.follow_step(event, at=now)


@every(seconds=60)
def wake_notices():
    asking.wake(DispatchKind.EVENT)


@every(seconds=3600)
def forget():
    actions.forget(at=clock.now())
