from django.apps import AppConfig


class PoolConfig(AppConfig):
    name = "mitwirken.pool"
    label = "pool"

    def ready(self):
        from mitwirken.core import metrics

        from .gauges import gauges

        metrics.register(gauges)
