from django.apps import AppConfig


class PushConfig(AppConfig):
    name = "mitwirken.pool.push"
    label = "pool_push"

    def ready(self) -> None:
        from ..features import Feature, register
        from . import actions, exports

        register(
            Feature(
                slug="push",
                urls="mitwirken.pool.push.urls",
                panel=exports.panel,
                export=exports.personal_data,
                labels=exports.LABELS,
                freeze=actions.add_rows,
            )
        )
