"""What operators set is what browsers are told."""

import json
import os
import subprocess
import sys

SHOW = """
import json
from mitwirken.config import settings
directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
print(json.dumps([directives["img-src"], directives["media-src"], settings.STORAGES["default"].get("OPTIONS", {})]))
"""


def told(**variables):
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": "src", "TESTING": "1"} | variables,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_the_public_host_of_the_bucket_may_show_pictures_and_films():
    pictures, films, storage = told(S3_BUCKET="stadt", S3_PUBLIC_HOST="bilder.stadt.example")
    assert "https://bilder.stadt.example" in pictures
    assert "https://bilder.stadt.example" in films
    assert storage["custom_domain"] == "bilder.stadt.example"


def test_without_a_bucket_no_other_host_is_allowed():
    pictures, films, _storage = told(S3_PUBLIC_HOST="bilder.stadt.example")
    assert pictures == ["'self'", "data:"]
    assert films == ["'self'"]
