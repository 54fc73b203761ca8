"""Let the pool send again after a backup was restored, or after site or mail server changed."""

from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand

from mitwirken.core import clock
from mitwirken.pool.dispatch import resolvers
from mitwirken.pool.dispatch.fence import Fence, in_words
from mitwirken.pool.dispatch.reconciling import reconcile


class Command(BaseCommand):
    help = "Say whether the pool may send; --reconcile after a restore, --moved after a new site or mail server."

    def add_arguments(self, parser):
        parser.add_argument("--reconcile", action="store_true", help="ask the relay what has left, then send again")
        parser.add_argument("--moved", action="store_true", help="this database sends from here now")
        parser.add_argument(
            "--older-than", type=float, default=1, metavar="HOURS", help="mailings older than this wait for a person"
        )

    def handle(self, *args, reconcile=False, moved=False, older_than=1.0, **options):
        now, fence = clock.now(), Fence(settings.VAR_DIR / "pool-epoch.json")
        if reconcile:
            self.reconcile(fence, now, timedelta(hours=older_than))
        elif moved:
            fence.accept(at=now, restored=False)
        refusal = fence.refusal(at=now)
        self.stdout.write(f"No mails are sent. {in_words(refusal)}" if refusal else "The pool may send.")

    def reconcile(self, fence, now, older_than):
        for what, number in reconcile(fence, resolvers.configured(), at=now, older_than=older_than).items():
            self.stdout.write(f"{what}: {number}")
