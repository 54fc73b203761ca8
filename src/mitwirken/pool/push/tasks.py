from mitwirken.core import clock
from mitwirken.core.jobs import every

from . import actions


@every(seconds=5)
def send():
    actions.send(at=clock.now())
