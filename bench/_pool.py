"""What the benches of the pool share: an installation of their own, many members, a sink."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADMIN = os.environ.get("BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")


class Sink:
    """The sink as a process of its own; it ends with the bench, whatever happens."""

    def __init__(self, *, log: Path | None = None, delay_ms: float = 0, latency_ms: float = 0) -> None:
        command = [
            sys.executable,
            str(ROOT / "bench/_sink.py"),
            "--delay-ms",
            str(delay_ms),
            "--latency-ms",
            str(latency_ms),
        ]
        command += ["--log", str(log)] if log else []
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())

    def __enter__(self) -> "Sink":
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@contextlib.contextmanager
def database(kind: str, var: Path) -> Iterator[str]:
    """The address of an empty database; PostgreSQL's is dropped at the end."""
    if kind == "sqlite":
        yield f"sqlite:///{var}/bench.sqlite3"
        return
    import psycopg

    name = f"mitwirken_bench_{os.getpid()}"
    with psycopg.connect(ADMIN, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    try:
        yield ADMIN.rpartition("/")[0] + "/" + name
    finally:
        with psycopg.connect(ADMIN, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def installation(kind: str, *, folder: Path | None = None, **more: str) -> Iterator[Path]:
    """Production settings on a folder and a database of their own, tables made; the folder."""
    with tempfile.TemporaryDirectory() as own, database(kind, folder or Path(own)) as address:
        os.environ.update(
            {
                "PYTHONPATH": str(ROOT / "src"),
                "DJANGO_SETTINGS_MODULE": "mitwirken.config.settings",
                "DEBUG": "0",
                "TESTING": "0",
                "VAR_DIR": str(folder or own),
                "DATABASE_URL": address,
                "SECRET_KEY": "bench-only-" + "x" * 50,
                "ALLOWED_HOSTS": "localhost",
                "SITE_URL": "https://localhost",
                "MAIL_RECORD": "none",
                "MAIL_CONNECTIONS": "8",
                "QUIET_HOURS": "0",
                "LOG_LEVEL": "ERROR",
                **more,
            }
        )
        sys.path.insert(0, str(ROOT / "src"))
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connections

        class AsModelsSay:
            """The tables of today's models at once, as pytest makes them."""

            def __contains__(self, app: str) -> bool:
                return True

            def __getitem__(self, app: str) -> None:
                return None

        settings.MIGRATION_MODULES = AsModelsSay()
        call_command("migrate", run_syncdb=True, verbosity=0)
        try:
            yield folder or Path(own)
        finally:
            connections.close_all()


# What differs between the members; the rest is as in a member made by the program. Hashes are spread by Knuth's
# multiplier, as keyed ones would be.
_DIFFERENT = {
    "email": "'mitglied' || n.i || '@beispiel.example'",
    "address_hash": "((n.i * 2654435761) %% 4294967296) || '-' || n.i || '-0123456789abcdef0123456789abcdef01234567'",
    "frequency": "CASE WHEN n.i %% {weekly} = 0 THEN 'weekly' ELSE 'now' END",
    "all_topics": "n.i %% 2 = 0",
    "all_districts": "n.i %% 3 = 0",
    "online": "n.i %% 5 > 0",
}


def _members(count: int, weekly: int) -> None:
    from django.db import connection

    from mitwirken.core import clock
    from mitwirken.pool.models import Member, MemberStatus

    now = clock.now()
    pattern = Member.objects.create(
        address_hash="pattern", status=MemberStatus.ACTIVE, created_at=now, confirmed_at=now, last_activity_at=now
    )
    columns = [field.column for field in Member._meta.concrete_fields if not field.primary_key]
    values = [_DIFFERENT.get(column, f"t.{column}").format(weekly=weekly) for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO pool_member ({', '.join(columns)}) "  # noqa: S608 columns of our own model
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
            f"SELECT {', '.join(values)} FROM n, pool_member t WHERE t.id = %s",
            [count, pattern.pk],
        )
        cursor.execute("DELETE FROM pool_member WHERE id = %s", [pattern.pk])


def fill(count: int, *, weekly: int = 1_000_000_007) -> None:
    """So many members who agreed and want everything at once, every `weekly`th of them in the digest instead; every
    200th address is blocked."""
    from django.db import connection

    from mitwirken.core import clock
    from mitwirken.pool.models import Purpose
    from mitwirken.pool.wording import current_text

    at = connection.ops.adapt_datetimefield_value(clock.now())
    text = current_text(Purpose.INFORMATION, "de", at=clock.now()).pk
    _members(count, weekly)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pool_consentevent (subject, number, member_id, purpose, action, text_id, channel, source, "
            "mail_key, at, prev_hash, hash) SELECT address_hash, 1, id, 'information', 'grant', %s, 'web', '/', '', "
            "%s, '', address_hash FROM pool_member",
            [text, at],
        )
        cursor.execute(
            "INSERT INTO pool_consentstate (member_id, purpose, granted_at, event_id) "
            "SELECT member_id, purpose, at, id FROM pool_consentevent"
        )
        cursor.execute(
            "INSERT INTO pool_suppression (address_hash, scope, reason, created_at) "
            "SELECT address_hash, 'all', 'asked', %s FROM pool_member WHERE id %% 200 = 0",
            [at],
        )
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")


def choose(*, topics: int, districts: int) -> None:
    """Give those who do not want everything two topics and a district out of so many."""
    from django.db import connection

    from mitwirken.city import samples

    made_topics = [samples.topic(code=f"thema-{n}", name=f"Thema {n}").pk for n in range(topics)]
    made_districts = [samples.district(slug=f"bezirk-{n}", name=f"Bezirk {n}").pk for n in range(districts)]
    with connection.cursor() as cursor:
        for number, topic in enumerate(made_topics):
            cursor.execute(
                "INSERT INTO pool_membertopic (topic_id, member_id) SELECT %s, id FROM pool_member "
                "WHERE NOT all_topics AND id %% %s IN (%s, %s)",
                [topic, topics + 1, number, (number + 5) % topics],
            )
        for number, district in enumerate(made_districts):
            cursor.execute(
                "INSERT INTO pool_memberdistrict (district_id, member_id) SELECT %s, id FROM pool_member "
                "WHERE NOT all_districts AND id %% %s = %s",
                [district, districts + 1, number],
            )
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")


def offer(**fields: object):
    """A published step for everyone in the city."""
    from mitwirken.core import clock
    from mitwirken.portal import samples

    return samples.step(published_at=clock.now(), **{"topics": [], "districts": [], "channel": "hybrid"} | fields)


def line(bench: str, value: float, unit: str, reference: str, ratio: float | None, n: int) -> str:
    """One measurement as JSON."""
    facts = {"bench": bench, "value": value, "unit": unit, "reference": reference, "ratio": ratio, "n": n}
    return json.dumps(facts)
