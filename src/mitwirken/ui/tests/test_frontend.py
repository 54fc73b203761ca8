"""What the set-up lays out for pages: the parts of KERN we use, nothing that calls home."""

from pathlib import Path

import pytest
from scripts.frontend import FILES, VENDOR, kern

SHEET = """@charset "UTF-8";/* a comment { */
:root{--kern-a:1px;--kern-b:var(--kern-a);--kern-unused:2px}
.kern-btn,.kern-gadget{border:var(--kern-b) solid}
.kern-btnlike{color:red}
.kern-kopfzeile{color:red}
@media print{.kern-kopfzeile{display:none}.kern-btn--primary{color:black}}
html{font-size:100%}"""


def test_only_the_components_we_use_are_kept():
    kept = kern(SHEET)
    assert ".kern-btn{" in kept
    assert "@media print{.kern-btn--primary{color:black}}" in kept
    for dropped in ("kern-gadget", "kern-kopfzeile", "kern-btnlike", "html{"):
        assert dropped not in kept


def test_tokens_are_kept_as_deep_as_they_refer_to_each_other():
    kept = kern(SHEET)
    assert "--kern-a:1px" in kept
    assert "--kern-unused" not in kept


@pytest.mark.skipif(not VENDOR.exists(), reason="front-end packages are not laid out")
@pytest.mark.parametrize("name", ["kern.css", *FILES.values()])
def test_every_file_pages_ask_for_is_there(name):
    assert (VENDOR / name).stat().st_size > 100


@pytest.mark.parametrize(
    "sheet", sorted(Path(__file__).parents[1].glob("static/ui/**/*.css")), ids=lambda path: path.stem
)
def test_no_style_sheet_fetches_from_elsewhere(sheet):
    assert "//" not in sheet.read_text()
