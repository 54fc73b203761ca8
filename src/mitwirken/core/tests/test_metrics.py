import pytest

from mitwirken.core import metrics
from mitwirken.core.metrics import Gauge


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", "s3cret-ü"])
def test_nobody_reads_the_numbers_without_the_token(client, settings, given):
    settings.METRICS_TOKEN = "right"
    assert client.get("/metrics", headers={"authorization": given}).status_code == 404


def test_without_a_token_there_is_nothing_to_ask_for(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_the_text_is_what_monitoring_reads():
    gauges = [
        Gauge("a", "What a is.", 1),
        Gauge("b", "What b is.", 2.5, {"lane": "x"}),
        Gauge("b", "", 3, {"lane": "y"}),
    ]
    assert metrics.text(gauges) == (
        "# HELP a What a is.\n# TYPE a gauge\na 1\n"
        '# HELP b What b is.\n# TYPE b gauge\nb{lane="x"} 2.5\nb{lane="y"} 3\n'
    )
