from contextlib import suppress

from mitwirken.core import clock
from mitwirken.core.jobs import every

from ..errors import Refused
from . import actions
from .models import Task


@every(seconds=15)
def remind_and_close():
    """Tasks near their end remind whoever is silent; tasks at their end close. Each in its own transaction."""
    now = clock.now()
    for task in Task.objects.to_remind(at=now):
        if task.is_near_its_end(at=now):
            # Somebody was faster, a colleague or another worker: nothing is left to do.
            with suppress(Refused):
                actions.remind(task, at=now)
    for task in Task.objects.over(at=now):
        with suppress(Refused):
            actions.close(task, at=now, by=None)


@every(seconds=3600)
def forget():
    actions.forget(at=clock.now())
