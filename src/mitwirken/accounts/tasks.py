from mitwirken.core import clock
from mitwirken.core.jobs import every

from . import actions, trace


@every(seconds=24 * 3600)
def forget():
    """Retention (privacy.toml): accounts of residents that nobody uses, Wagtail's history after 24 months."""
    actions.forget_unused(at=clock.now())
    trace.forget(at=clock.now())
