from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "mitwirken.pool.feeds"
    label = "pool_feeds"

    def ready(self) -> None:
        from ..features import Feature, register
        from . import showing

        register(
            Feature(
                slug="feeds",
                urls="mitwirken.pool.feeds.urls",
                panel=showing.panel,
                export=showing.personal_data,
                labels=showing.LABELS,
            )
        )
