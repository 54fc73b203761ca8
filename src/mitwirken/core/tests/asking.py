"""How many questions a page asks the database."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def questions(client, address: str) -> int:
    """Queries of one visit, after a first one that filled what a process keeps in mind."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address} answers {answer.status_code}")
    return len(asked)
