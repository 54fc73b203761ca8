from pathlib import Path

import pytest
from django.conf import settings

from mitwirken.city import actions as city
from mitwirken.website import actions

CONTENT = Path(settings.BASE_DIR) / "content"


@pytest.fixture
def site(db):
    """The real city with its real pages."""
    city.load_city(CONTENT)
    actions.load_pages(CONTENT)
