"""The caseload and the person page read by index only: no query walks through a table that grows with the clinic."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from solstice_web.people.models import Person

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="plans are read in SQLite's words"),
]

SMALL = {"operations_restore", "plans_clinicoffer"}
"""Tables with a handful of rows in any clinic."""


def walks(queries: list[dict[str, Any]]) -> Iterator[str]:
    """The step and the query wherever a table is walked through."""
    for query in queries:
        sql = query["sql"]
        if not sql.startswith("SELECT"):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}".replace("%", "%%"), [])
            steps = [str(row[3]) for row in cursor.fetchall()]
        for step in steps:
            walked = re.match(r"SCAN (\w+)", step)
            if walked and walked[1] not in SMALL and not is_head_of_trail(sql):
                yield f"{step}: {sql}"


def is_head_of_trail(sql: str) -> bool:
    """The latest event is the last row of the primary key: one step, whatever the size."""
    return 'FROM "audit_event"' in sql and sql.endswith("ORDER BY 1 DESC LIMIT 1")


@pytest.mark.parametrize("address", ["/clinic/", "/clinic/?name=Ada", "/clinic/people/{}/", "/clinic/alerts/"])
def test_pages_read_by_index(address: str, client_for: Callable[[str], Client], person: Person) -> None:
    client = client_for("clinician")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address.format(person.pk)).status_code == 200
    assert len(captured.captured_queries) > 5
    assert list(walks(captured.captured_queries)) == []


def test_a_walk_through_a_table_is_noticed(person: Person) -> None:
    with CaptureQueriesContext(connection) as captured:
        list(Person.objects.filter(language="en"))
    assert len(list(walks(captured.captured_queries))) == 1
