"""A department that may write, its author, and a pool manager who approves."""

import pytest

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.pool import samples as pool
from mitwirken.pool.bulletins import samples
from mitwirken.pool.tests.conftest import dispatcher, relay, send  # noqa: F401 fixtures


@pytest.fixture
def department(db):
    city.city()
    department = city.department()
    samples.access(department)
    return department


@pytest.fixture
def author(department):
    return people.staff(RoleKind.PROJECT_LEAD, department)


@pytest.fixture
def approver(department):
    return people.staff(RoleKind.POOL_MANAGER)


@pytest.fixture
def members(db):
    """Ten people with all topics, and one who chose mobility."""
    return [pool.member() for _ in range(10)] + [pool.member(topics=[city.topic()])]


@pytest.fixture
def bulletin(department, author, members):
    return samples.bulletin(author=author)


def sign_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
