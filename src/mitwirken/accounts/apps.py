from django.apps import AppConfig
from django.db.models.signals import post_save


class AccountsConfig(AppConfig):
    name = "mitwirken.accounts"
    label = "accounts"

    def ready(self):
        from . import rights, trace

        # Named, not imported: Wagtail's tables and the portal's section page belong to other apps.
        post_save.connect(rights.section_was_saved, sender="portal.SectionPage", dispatch_uid="rights")
        for log in ("wagtailcore.PageLogEntry", "wagtailcore.ModelLogEntry"):
            post_save.connect(trace.wagtail_logged, sender=log, dispatch_uid=f"trace of {log}")
