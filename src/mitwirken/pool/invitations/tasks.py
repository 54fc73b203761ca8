from contextlib import suppress

from mitwirken.core import clock
from mitwirken.core.jobs import every

from .. import asking
from ..errors import Refused
from ..models import DispatchKind
from . import actions
from .models import Event


@every(seconds=15)
def remind():
    """Participants hear of their event seven days and one day before, each once. In time, or not at all."""
    now = clock.now()
    for event in Event.objects.to_come(at=now):
        for days in event.reminders_due(at=now):
            # Called off or moved at this very moment: nothing is left to do.
            with suppress(Refused):
                actions.remind(event, days, at=now)


@every(seconds=15)
def follow_steps():
    """Another date or place of a step is one of its event."""
    now = clock.now()
    for event in Event.objects.to_come(at=now).exclude(step=None).select_related("step"):
        with suppress(Refused):
            actions.follow_step(event, at=now)


@every(seconds=60)
def wake_notices():
    asking.wake(DispatchKind.EVENT)


@every(seconds=3600)
def forget():
    actions.forget(at=clock.now())
