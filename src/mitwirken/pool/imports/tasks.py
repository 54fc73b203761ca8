import time

from django.db import IntegrityError

from mitwirken.core import clock
from mitwirken.core.jobs import every

from . import actions, work
from .models import ImportRun

# Other jobs of the same worker wait so long at most; the rest comes with the next turn.
SECONDS = 2.0


@every(seconds=2)
def go_on():
    deadline = time.monotonic() + SECONDS
    for run in ImportRun.objects.working().order_by("pk"):
        while run.is_working and time.monotonic() < deadline:
            try:
                if not work.advance(run, at=clock.now()):
                    break
            except IntegrityError:
                # Somebody joined on the web in this very moment; the next turn sees them.
                break


@every(seconds=3600)
def forget():
    for run in ImportRun.objects.to_forget(at=clock.now()):
        actions.forget(run, at=clock.now())
