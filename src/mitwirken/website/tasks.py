from mitwirken.core import clock
from mitwirken.core.jobs import every

from . import actions


@every(seconds=3600)
def forget_old_cases():
    actions.forget_cases(at=clock.now())
