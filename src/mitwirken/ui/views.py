"""The style guide: every component with its states, from the same files the tests walk."""

import re
from pathlib import Path

from django.shortcuts import render
from django.template.loader import render_to_string

from .samples import context
from .templatetags.ui import symbols

EXAMPLES = Path(__file__).parent / "templates/ui/examples"
ORDER = ["hero", "section", "card", "form", "filter", "timeline", "alert"]


def entry(name: str) -> dict:
    source = (EXAMPLES.parent / f"{name}.html").read_text()
    about = re.match(r"\{% comment %\}(.*?)\{% endcomment %\}", source, re.S)
    return {
        "name": name,
        "about": about.group(1).strip() if about else "",
        "source": (EXAMPLES / f"{name}.html").read_text(),
        "example": render_to_string(f"ui/examples/{name}.html", context()),
    }


def styleguide(request):
    names = sorted(path.stem for path in EXAMPLES.glob("*.html"))
    names.sort(key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    return render(
        request, "ui/styleguide.html", {"entries": [entry(name) for name in names], "symbols": symbols(), **context()}
    )
