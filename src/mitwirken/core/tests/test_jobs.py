from datetime import UTC, datetime, timedelta

import pytest

from mitwirken.core import jobs
from mitwirken.core.models import Job

NOON = datetime(2027, 3, 14, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(monkeypatch):
    """A job that counts its runs, alone in the registry."""
    runs = []
    monkeypatch.setattr(jobs, "_jobs", {"test.count": (lambda: runs.append(1), timedelta(seconds=60))})
    return runs


def test_a_new_job_runs_at_once(counted):
    assert jobs.run_due(at=NOON) == ["test.count"]


def test_a_job_runs_once_in_its_interval(counted):
    for second in (0, 10, 59):
        jobs.run_due(at=NOON + timedelta(seconds=second))
    assert len(counted) == 1


def test_a_job_runs_again_after_its_interval(counted):
    jobs.run_due(at=NOON)
    jobs.run_due(at=NOON + timedelta(seconds=61))
    assert len(counted) == 2


def test_a_second_worker_that_read_the_same_plan_does_not_run_it(counted, monkeypatch):
    jobs.run_due(at=NOON)
    due = Job.objects.get(name="test.count").next_at
    taken = Job.objects.filter(name="test.count", next_at__lte=due).update(next_at=due + timedelta(seconds=60))
    assert taken
    assert jobs.run_due(at=due) == []


def test_a_failing_job_does_not_stop_the_others(monkeypatch, caplog):
    ran = []

    def broken():
        raise ValueError("relay gone")

    plan = {"a": (broken, timedelta(seconds=60)), "b": (lambda: ran.append(1), timedelta(seconds=60))}
    monkeypatch.setattr(jobs, "_jobs", plan)
    assert jobs.run_due(at=NOON) == ["b"]
    assert "job a failed" in caplog.text
