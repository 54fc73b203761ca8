"""The real content, for the tests that need all of it."""

import pytest
from django.conf import settings

from mitwirken.box import actions


@pytest.fixture
def toolbox(db):
    """86 formats and 35 cases, as a city gets them."""
    return actions.load(settings.BASE_DIR / "content")
