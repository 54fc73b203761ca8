"""Bring the official street table into the database."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from mitwirken.city import actions
from mitwirken.city.errors import ImportRefused


class Command(BaseCommand):
    help = f"Replace the street table by a CSV file with the columns {', '.join(actions.STREET_COLUMNS)}."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, file: Path, **options):
        try:
            with file.open(encoding="utf-8-sig", newline="") as opened:
                count = actions.import_streets(opened)
        except (OSError, UnicodeDecodeError) as fault:
            raise CommandError(f"Die Datei lässt sich nicht als UTF-8 lesen: {fault}") from fault
        except ImportRefused as refused:
            raise CommandError(f"Nichts übernommen.\n{refused}") from refused
        self.stdout.write(f"{count} Straßenabschnitte übernommen.")
