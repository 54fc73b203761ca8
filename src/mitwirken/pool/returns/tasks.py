from mitwirken.core import clock
from mitwirken.core.jobs import every

from . import actions


@every(seconds=60)
def count_refusals():
    actions.count_refusals(at=clock.now())


@every(seconds=30)
def lift_answered():
    actions.lift_answered(at=clock.now())


@every(seconds=3600)
def forget():
    actions.forget(at=clock.now())
