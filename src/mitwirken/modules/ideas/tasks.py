from mitwirken.core import clock
from mitwirken.core.jobs import every

from . import actions


@every(seconds=3600)
def forget_uploads():
    actions.forget_uploads(at=clock.now())
