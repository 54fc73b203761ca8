from mitwirken.core import clock
from mitwirken.core.jobs import every

from . import actions, sending


@every(seconds=5)
def send():
    sending.send(at=clock.now())


@every(seconds=3600)
def forget():
    actions.forget(at=clock.now())
