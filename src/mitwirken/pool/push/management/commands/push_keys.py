"""Makes the key that signs our notices (VAPID, RFC 8292)."""

from django.core.management.base import BaseCommand

from mitwirken.pool.push import service


class Command(BaseCommand):
    help = (
        "Print a new key for notices on devices; put the line into the environment and keep it: devices are tied to it."
    )
    requires_system_checks = []

    def handle(self, *args, **options):
        self.stdout.write(f"PUSH_PRIVATE_KEY={service.new_private_key()}")
