from django.apps import AppConfig


class SmsConfig(AppConfig):
    name = "mitwirken.pool.sms"
    label = "pool_sms"

    def ready(self) -> None:
        from ..features import Feature, register
        from ..models import DispatchKind
        from . import actions, exports, gateways, sending, words

        # An address nobody can read stops the start, not the page of a member.
        gateways.configured()
        register(
            Feature(
                slug="sms",
                urls="mitwirken.pool.sms.urls",
                renders={DispatchKind.NUMBER: words.refusal},
                panel=exports.panel,
                export=exports.personal_data,
                labels=exports.LABELS,
                meanings=exports.MEANINGS,
                freeze=sending.add_rows,
                ended=actions.let_go,
            )
        )
