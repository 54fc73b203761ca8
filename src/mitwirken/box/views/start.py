"""The front door of the toolbox: what it is and the ways in."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from mitwirken.box.forms import FORMAT_FACETS
from mitwirken.box.models import Case, Format, Term

from .lists import trail

# The parts of the description most people begin with.
WAYS_IN = ("goal", "level")
NAMES = {facet.vocabulary: facet.name for facet in FORMAT_FACETS if facet.vocabulary}
# "What can I start myself?": little experience, little money.
START_YOURSELF = "?erfahrung=low&kosten=c0"


def start(request):
    """`/mitmachbox/`"""
    formats = set(Format.objects.listed().values_list("pk", flat=True))
    used: dict[int, int] = {}
    for format_id, term_id in Format.terms.through.objects.values_list("format_id", "term_id"):
        if format_id in formats:
            used[term_id] = used.get(term_id, 0) + 1
    ways: dict[str, list] = {vocabulary: [] for vocabulary in WAYS_IN}
    topics = []
    for term in Term.objects.filter(vocabulary__in=[*WAYS_IN, "topic"]):
        if term.vocabulary == "topic":
            topics.append({"label": term.label, "url": f"{reverse('box:cases')}?thema={term.code}"})
        elif used.get(term.pk):
            ways[term.vocabulary].append(
                {
                    "label": term.label,
                    "help": term.help_text,
                    "count": used[term.pk],
                    "url": f"{reverse('box:formats')}?{NAMES[term.vocabulary]}={term.code}",
                }
            )
    context = {
        "format_count": len(formats),
        "case_count": Case.objects.listed().count(),
        "goals": ways["goal"],
        "levels": ways["level"],
        "topics": topics,
        "trail": trail(),
        "downloads": [
            {"label": _("All formats"), "url": reverse("box:formats_json"), "type": "JSON"},
            {"label": _("All practice cases"), "url": reverse("box:cases_json"), "type": "JSON"},
        ],
        "start_yourself_url": reverse("box:formats") + START_YOURSELF,
    }
    return render(request, "box/start.html", context)
