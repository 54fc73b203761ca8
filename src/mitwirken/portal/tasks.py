from mitwirken.core import clock
from mitwirken.core.jobs import every

from .actions import retention


@every(seconds=24 * 3600)
def forget():
    """Addresses and device keys of steps long over (privacy.toml)."""
    retention.forget(at=clock.now())
