from mitwirken.core import clock
from mitwirken.core.jobs import every

from . import actions


@every(seconds=3)
def send_due():
    actions.send_due(at=clock.now())
