"""Settings of the tests: the real ones with test values, whatever the developer's environment says."""

import os

os.environ["TESTING"] = "1"
os.environ.pop("DEBUG", None)

from .settings import *  # noqa: F403
