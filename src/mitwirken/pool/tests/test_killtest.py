"""The short form of the release gate: real processes are killed, nothing is lost and nothing arrives twice."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.django_db
def test_killed_workers_lose_nothing_and_repeat_nothing():
    command = [sys.executable, "bench/pool_killtest.py", "--db", connection.vendor, "--mails", "1500", "--kills", "3"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)  # noqa: S603 our own script
    assert result.returncode == 0, result.stdout + result.stderr
