from mitwirken.core import clock
from mitwirken.core.jobs import every

from . import actions


@every(seconds=3600)
def forget():
    actions.forget(at=clock.now())
