import pytest

from mitwirken.accounts import samples as people
from mitwirken.accounts.models import RoleKind
from mitwirken.city import samples as city
from mitwirken.core import clock
from mitwirken.portal import samples as portal


@pytest.fixture
def staff(db):
    return people.staff(RoleKind.POOL_MANAGER, city.department())


@pytest.fixture
def offer(db):
    """A step published now, about mobility, in the district North."""
    city.city()
    return portal.step(districts=[city.district()], topics=[city.topic()], published_at=clock.now())
