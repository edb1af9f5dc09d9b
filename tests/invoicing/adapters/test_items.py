from datetime import timedelta

import pytest

from invoicing.adapters import aws, items
from invoicing.adapters.operations import agenda_table, notices_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import OvertakenError
from tests.builders import (
    NOON,
    a_key,
    a_notice,
    a_request,
    an_agenda,
)

pytestmark = pytest.mark.usefixtures("deployed")


def test_more_requests_than_dynamodb_gives_at_once_are_all_read(monkeypatch):
    monkeypatch.setattr(items, "MOST_KEYS", 3)
    for order in range(7):
        inbox().accept(a_request(id=f"{order}"))

    assert len(inbox().read_all([a_key(f"{order}") for order in range(7)])) == 7


def test_what_dynamodb_left_unread_is_asked_for_again(monkeypatch):
    for order in ("1001", "1002"):
        inbox().accept(a_request(id=order))
    client = aws.dynamodb()
    whole = client.batch_get_item

    def half(RequestItems):  # noqa: N803  boto3's own
        [(table, wanted)] = RequestItems.items()
        first, rest = wanted["Keys"][:1], wanted["Keys"][1:]
        answer = whole(RequestItems={table: wanted | {"Keys": first}})
        left = {table: wanted | {"Keys": rest}} if rest else {}
        return answer | {"UnprocessedKeys": left}

    monkeypatch.setattr(client, "batch_get_item", half)

    assert len(inbox().read_all([a_key("1001"), a_key("1002")])) == 2


def test_several_writes_happen_together_or_not_at_all():
    items.write_together([notices_table.queue(a_notice())])

    with pytest.raises(OvertakenError):
        items.write_together([agenda_table.plan(an_agenda()), notices_table.queue(a_notice())])

    assert agenda_table.due("atelier", "b" * 32, at=NOON + timedelta(days=99), most=9) == []
