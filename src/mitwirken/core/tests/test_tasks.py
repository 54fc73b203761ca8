from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from mitwirken.core import clock, tasks
from mitwirken.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("hours", "kept"), [(1, 1), (-1, 0)])
def test_a_session_is_forgotten_once_it_has_ended(hours, kept):
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=clock.now() + timedelta(hours=hours))
    tasks.forget()
    assert Session.objects.count() == kept


def trace(days_ago):
    return AuditEntry.objects.create(at=clock.now() - timedelta(days=days_ago), action="portal.support")


@pytest.mark.parametrize(("days", "kept"), [(730, 2), (732, 1)])
def test_the_trace_is_forgotten_after_two_years(days, kept):
    trace(days)
    trace(1)
    tasks.forget()
    assert AuditEntry.objects.count() == kept


def test_the_newest_row_of_the_trace_stays_whatever_its_age():
    trace(900)
    newest = trace(800)
    tasks.forget()
    assert AuditEntry.objects.get() == newest
