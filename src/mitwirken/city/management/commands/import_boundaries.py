"""Bring official district boundaries (GeoJSON) into the database."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from mitwirken.city import actions
from mitwirken.city.errors import ImportRefused


class Command(BaseCommand):
    help = "Give districts their boundary from a GeoJSON FeatureCollection in WGS84 (RFC 7946)."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", default="name", help="property that holds the district's name")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *args, file: Path, key: str, dry_run: bool, **options):
        try:
            with file.open(encoding="utf-8-sig") as opened:
                report = actions.import_boundaries(opened, key, dry_run=dry_run)
        except (OSError, UnicodeDecodeError) as fault:
            raise CommandError(f"Die Datei lässt sich nicht als UTF-8 lesen: {fault}") from fault
        except ImportRefused as refused:
            raise CommandError(f"Nichts übernommen.\n{refused}") from refused
        self.stdout.write(
            f"{'Probelauf: ' if dry_run else ''}{len(report.matched)} Grenzen zugeordnet, "
            f"{report.points_before} Punkte auf {report.points_after} vereinfacht."
        )
        for name in report.unmatched_features:
            self.stdout.write(f"  Fläche ohne Stadtbezirk: {name}")
        for name in report.districts_without:
            self.stdout.write(f"  Stadtbezirk ohne Fläche: {name}")
