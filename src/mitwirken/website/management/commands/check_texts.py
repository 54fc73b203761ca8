"""Before going public: what does the city still have to fill in?"""

from django.core.management.base import BaseCommand

from mitwirken.core import clock
from mitwirken.website import checks


class Command(BaseCommand):
    help = "List every marked place, example setting and overdue review; --strict fails when there is one."

    def add_arguments(self, parser):
        parser.add_argument("--strict", action="store_true")

    def handle(self, *args, strict: bool, **options):
        groups = checks.everything(on=clock.today())
        for title, findings in groups:
            self.stdout.write(f"{title} ({len(findings)})")
            for finding in findings:
                self.stdout.write(f"  {finding.where}: {finding.what}")
        if strict and groups:
            raise SystemExit(1)
