"""Made-up people, projects and mails, so that a newcomer sees a living city."""

from django.core.management.base import BaseCommand, CommandError

from mitwirken.demo.actions import fill


class Command(BaseCommand):
    help = "Fill an installation in DEMO mode with made-up people and projects; a second run adds nothing."

    def handle(self, *args, **options):
        try:
            fill()
        except PermissionError as error:
            raise CommandError(str(error)) from error
