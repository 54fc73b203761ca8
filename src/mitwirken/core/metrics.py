"""Numbers for the operator's monitoring, in the text format Prometheus and all others read. Never about people.

An app adds its own in AppConfig.ready(): ``metrics.register(gauges)``. Whoever asks needs `METRICS_TOKEN`; without
that setting there is nothing to ask for.
"""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from . import clock


@dataclass(frozen=True)
class Gauge:
    """One number, told apart by its labels."""

    name: str
    help_text: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)
    kind: str = "gauge"


Source = Callable[[datetime], Iterable[Gauge]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add an app's numbers; called once from its AppConfig.ready()."""
    _sources.append(source)


def show(request: HttpRequest) -> HttpResponse:
    """All numbers of all apps."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse(status=404)
    at = clock.now()
    gauges = sorted((gauge for source in _sources for gauge in source(at)), key=lambda gauge: gauge.name)
    return HttpResponse(text(gauges), content_type="text/plain; version=0.0.4; charset=utf-8")


def text(gauges: Iterable[Gauge]) -> str:
    """The numbers as text; those of one name stand together."""
    lines, last = [], ""
    for gauge in gauges:
        if gauge.name != last:
            lines += [f"# HELP {gauge.name} {gauge.help_text}", f"# TYPE {gauge.name} {gauge.kind}"]
            last = gauge.name
        labels = ",".join(f'{name}="{value}"' for name, value in gauge.labels.items())
        lines.append(f"{gauge.name}{'{' + labels + '}' if labels else ''} {gauge.value:g}")
    return "\n".join(lines) + "\n"
