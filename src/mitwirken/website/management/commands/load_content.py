"""Bring a city's content folder into the database; run it as often as you like."""

import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from mitwirken.box import actions as box
from mitwirken.city import actions as city
from mitwirken.portal.actions import archive
from mitwirken.website import actions as website


class Command(BaseCommand):
    help = "Load city, pages, toolbox and archive of offers from the content folder (default: CONTENT_DIR)."

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="folder", type=Path, default=settings.CONTENT_DIR)

    def handle(self, *args, folder: Path, **options):
        # The order matters: pages lie below the home page, offers name departments and formats.
        for what, load in [
            ("city", city.load_city),
            ("pages", website.load_pages),
            ("toolbox", box.load),
            ("offers", archive.load_offers),
        ]:
            started = time.perf_counter()
            load(folder)
            self.stdout.write(f"  {what} loaded in {time.perf_counter() - started:.1f} s")
