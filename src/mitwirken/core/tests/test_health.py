import pytest


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "fremd.example", "nicht/erlaubt", ""])
def test_a_probe_is_answered_whatever_name_it_calls_us(client, settings, caplog, address, host):
    settings.ALLOWED_HOSTS = ["mitwirken.stadt.example"]
    answer = client.get(address, headers={"host": host})
    assert answer["Content-Type"] == "application/json"
    assert int(answer["Content-Length"]) == len(answer.content)
    assert answer.status_code == 200 or address == "/readyz"  # tests run without migrations: 503 there
    assert not caplog.records


@pytest.mark.django_db
def test_all_other_pages_need_one_of_our_names(client, settings):
    settings.ALLOWED_HOSTS = ["mitwirken.stadt.example"]
    assert client.get("/mitmachen/", headers={"host": "fremd.example"}).status_code == 400
