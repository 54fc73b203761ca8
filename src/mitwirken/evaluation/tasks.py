from mitwirken.core import clock
from mitwirken.core.jobs import every

from . import actions


@every(seconds=30)
def ask_participants():
    actions.open_due(at=clock.now())
    actions.invite(at=clock.now())


@every(seconds=15)
def measure():
    actions.measure_due(at=clock.now())


@every(seconds=3600)
def forget():
    actions.forget_old_sheets(at=clock.now())
