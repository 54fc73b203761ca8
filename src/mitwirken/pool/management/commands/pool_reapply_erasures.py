"""After a restore: delete again who was deleted since the backup. Workers do it by themselves when they start."""

from django.core.management.base import BaseCommand

from mitwirken.core import clock
from mitwirken.pool import actions


class Command(BaseCommand):
    help = "Delete and withdraw again what VAR_DIR/erasures notes and a restored backup brought back."

    def handle(self, *args, **options):
        counts = actions.reapply_erasures(at=clock.now())
        self.stdout.write(f"{counts['erased']} people deleted again, {counts['left']} agreements ended again.")
