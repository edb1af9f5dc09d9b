import pytest

from local.witness import leading_keys

TABLE, OTHER = "arn:aws:dynamodb:eu-west-3:000000000000:table/Operations", "Ledger"


def of(key):
    return {"TableName": "Operations", "Key": {"pk": {"S": key}, "sk": {"S": "x"}}}


@pytest.mark.parametrize(
    ("action", "body", "keys"),
    [
        ("GetItem", of("SELLER#atelier"), ["SELLER#atelier"]),
        ("PutItem", {"TableName": "Operations", "Item": {"pk": {"S": "KEY#1"}}}, ["KEY#1"]),
        ("BatchGetItem", {"RequestItems": {"Operations": {"Keys": [of("A")["Key"]]}}}, ["A"]),
        (
            "Query",
            {
                "IndexName": "inbox",
                "KeyConditionExpression": "inbox = :status AND inbox_at <= :now",
                "ExpressionAttributeValues": {":now": {"S": "2026"}, ":status": {"S": "READY"}},
            },
            ["READY"],
        ),
        ("Scan", {"TableName": "Operations", "IndexName": "inbox"}, []),
    ],
)
def test_a_call_is_about_the_partitions_that_it_names(action, body, keys):
    assert leading_keys(f"dynamodb:{action}", TABLE, body) == keys


def test_each_part_of_a_transaction_is_about_its_own_partition():
    parts = [{"Put": of("A")}, {"ConditionCheck": of("B")}, {"Put": of("C") | {"TableName": OTHER}}]

    assert leading_keys("dynamodb:PutItem", TABLE, {"TransactItems": parts}) == ["A"]
    assert leading_keys("dynamodb:ConditionCheckItem", TABLE, {"TransactItems": parts}) == ["B"]
