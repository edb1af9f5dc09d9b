import pytest

from bench.capacity import Step, size


def an_item(state="RECEIVED", letters=0, **changes):
    indexed = {"inbox": {"S": f"shop#{state}"}, "inbox_at": {"S": "2026-11-21"}}
    return {"pk": {"S": "REQ#1"}, "sk": {"S": "REQ"}, "body": {"S": "x" * letters}} | (
        indexed | changes
    )


def units(before, after, *, in_transaction=False):
    def looked(item):
        return {("Operations", "REQ#1/REQ"): item} if item else {}

    return Step("", in_transaction, looked(before), looked(after)).units


def ended(item):
    return {name: value for name, value in item.items() if not name.startswith("inbox")}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, an_item(), 1 + 1),  # the index gets an entry
        (an_item(), an_item(), 0),
        (an_item(), an_item(letters=10), 1),  # the entry stays as it is
        (an_item(), an_item("READY"), 1 + 2),  # an indexed key moved: out and in
        (an_item("READY"), ended(an_item("READY")), 1 + 1),
        (an_item(letters=3000), an_item(), 3),  # the larger of both counts
    ],
)
def test_a_write_costs_its_kilobytes_and_what_its_indexes_follow(before, after, expected):
    assert units(before, after) == expected


def test_a_transaction_pays_twice_and_its_indexes_once():
    assert units(None, an_item(), in_transaction=True) == 2 + 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"S": "été"}, 5),
        ({"B": b"12345"}, 5),
        ({"N": "-120.50"}, 4),
        ({"L": [{"S": "ab"}]}, 3 + 1 + 2),
        ({"BOOL": True}, 1),
    ],
)
def test_an_attribute_is_as_large_as_its_name_and_value(value, expected):
    assert size({"n": value}) == 1 + expected
