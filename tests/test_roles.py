"""What is held against a role: a function that may not do what it does must fail its test."""

import pytest

from tests import roles
from tests.books import an_invoice_in_the_books
from tests.doors import call
from tests.roles import Asked, asked, refused


def of(key):
    return {"TableName": "Operations", "Key": {"pk": {"S": key}, "sk": {"S": "x"}}}


def test_a_partition_that_no_condition_names_is_refused():
    assert refused("PublishChanges", "dynamodb", "get_item", of("SELLER#atelier")) == []
    assert refused("PublishChanges", "dynamodb", "get_item", of("KEY#1")) == [
        "dynamodb:GetItem Operations KEY#"
    ]


def test_a_batch_is_refused_for_one_of_its_partitions():
    request = {
        "RequestItems": {"Operations": {"Keys": [of(key)["Key"] for key in ("A#1", "A#2", "B#1")]}}
    }

    assert [*asked("dynamodb", "BatchGetItem", request)] == [
        Asked("dynamodb:BatchGetItem", "Operations", ("A#", "B#"))
    ]


def test_each_part_of_a_transaction_is_held_with_all_partitions_beside_it():
    parts = [{"Update": of("RETURNS#a")}, {"ConditionCheck": of("FREEZES#a")}]
    elsewhere = {"Put": {"TableName": "Ledger", "Item": of("DOC#a")["Key"]}}

    assert [*asked("dynamodb", "transact_write_items", {"TransactItems": [*parts, elsewhere]})] == [
        Asked("dynamodb:UpdateItem", "Operations", ("FREEZES#", "RETURNS#")),
        Asked("dynamodb:ConditionCheckItem", "Operations", ("FREEZES#", "RETURNS#")),
        Asked("dynamodb:PutItem", "Ledger", ("DOC#",)),
    ]


@pytest.mark.parametrize(
    ("service", "operation", "said", "permission"),
    [
        (
            "sqs",
            "SendMessage",
            {"QueueUrl": "https://sqs/1/Doorbells.fifo"},
            "sqs:SendMessage Doorbells",
        ),
        ("s3", "PutObject", {"Bucket": "documents", "Key": "a"}, "s3:PutObject Documents/a"),
        ("s3", "HeadObject", {"Bucket": "anchors", "Key": "a"}, "s3:GetObject Anchors/a"),
        (
            "s3",
            "GetObject",
            {"Bucket": "documents", "Key": "a", "VersionId": "1"},
            "s3:GetObjectVersion Documents/a",
        ),
        ("kms", "Sign", {"KeyId": "arn:aws:kms:::key/1"}, "kms:Sign SigningKey"),
        (
            "secretsmanager",
            "GetSecretValue",
            {"SecretId": "facturier/test/sellers/atelier/stripe"},
            "secretsmanager:GetSecretValue secret:facturier/facturier/sellers/atelier/stripe",
        ),
    ],
)
def test_whatever_else_is_asked_is_held_too(service, operation, said, permission):
    assert [f"{each}" for each in asked(service, operation, said)] == [permission]
    assert refused("PlanReminders", service, operation, said) == [permission]


@pytest.mark.parametrize("service", ["sns", "s3"])
def test_what_nobody_thought_of_is_not_taken_for_allowed(service):
    with pytest.raises(NotImplementedError):
        refused("PublishChanges", service, "ListBuckets", {})


@pytest.mark.usefixtures("shop")
def test_a_function_that_asks_for_more_than_its_role_lets_it_fails_its_test(monkeypatch):
    an_invoice_in_the_books()
    page = "/v1/invoices/FA-2026-000001"
    assert call("serve_api", "GET", page).status == 200

    monkeypatch.setattr(roles, "_may", lambda _, what: "DOC#" not in what.kinds)
    with pytest.raises(AssertionError, match=r"serve_api has no permission for .*DOC#"):
        call("serve_api", "GET", page)
