"""A trial that has issued is taken away by one command, and nothing of it is left."""

import json

import pytest
from botocore.exceptions import ClientError

from local.demo.operator_desk import CommandFailedError, facturier
from local.demo.shop import Shop
from local.stack import beside
from tests.sales import an_order

TRIAL = "trial"
SURROUNDINGS = ("SesEndpoint", "StripeApiBase", "ViesEndpoint", "EcbEndpoint")


@pytest.fixture
def trial(stack, built):
    given = {name: stack.deployment.parameters[name] for name in SURROUNDINGS}
    wanted = {"RetentionMode": "GOVERNANCE", "DeletionProtection": "true"}
    with beside(stack, built, name=TRIAL, parameters=given | wanted) as application:
        yield application


@pytest.fixture
def issued(stack, trial):
    """An invoice of the trial, drawn and locked."""
    profile = "samples/seller.json"
    words = ("--stack", TRIAL, "seller", "create", profile, "--site", trial.api_url)
    told = facturier(stack, *words, stripe_key="sk_test_trial")
    shop, order = Shop(trial.api_url, json.loads(told)["key"]), an_order()
    shop.post(order).raise_for_status()
    return shop.until(order["id"], "done")["invoice"]["number"]


def documents(trial):
    bucket = trial.outputs["DocumentsBucket"]
    versions = trial.client("s3").list_object_versions(Bucket=bucket)["Versions"]
    return [(bucket, each["Key"], each["VersionId"]) for each in versions]


def left(stack, trial):
    """What is still there of what was deployed, by its name."""
    names = set(trial.resources.values())
    found = [each["Name"] for each in stack.client("s3").list_buckets()["Buckets"]]
    found += stack.client("dynamodb").list_tables()["TableNames"]
    functions = stack.client("lambda").get_paginator("list_functions").paginate()
    found += [each["FunctionName"] for page in functions for each in page["Functions"]]
    found += stack.client("sqs").list_queues().get("QueueUrls", [])
    groups = stack.client("logs").get_paginator("describe_log_groups").paginate()
    found += [
        each["logGroupName"].removeprefix("/aws/lambda/")
        for page in groups
        for each in page["logGroups"]
    ]
    layers = stack.client("lambda").list_layers()["Layers"]
    found += [each["LatestMatchingVersion"]["LayerVersionArn"] for each in layers]
    secrets = stack.client("secretsmanager").list_secrets()["SecretList"]
    kept = [each["Name"] for each in secrets if each["Name"].startswith(f"facturier/{TRIAL}/")]
    charts = stack.client("cloudwatch").list_dashboards()["DashboardEntries"]
    return sorted(names.intersection(found)) + kept + [each["DashboardName"] for each in charts]


def test_a_trial_goes_without_a_trace(stack, trial, issued):
    files = documents(trial)
    facturier(stack, "--stack", TRIAL, "dashboard")
    before = left(stack, trial)
    with pytest.raises(CommandFailedError, match="say --confirm trial"):
        facturier(stack, "--stack", TRIAL, "destroy", "--confirm", "facturier")
    assert left(stack, trial) == before

    told = json.loads(facturier(stack, "--stack", TRIAL, "destroy", "--confirm", TRIAL))

    assert any(issued in key for _, key, _ in files)
    assert told["objects"] >= len(files) >= 2
    assert len(told["tables"]) == 3
    assert len(told["buckets"]) == 2
    assert told["secrets"]
    assert told["dashboards"] == [TRIAL]
    assert left(stack, trial) == []
    alias = trial.deployment.template["Resources"]["SigningKeyAlias"]["Properties"]
    name = alias["TargetKeyId"]["Ref"]  # another one after "Another signing key"
    key = stack.client("kms").describe_key(KeyId=trial.resources[name])["KeyMetadata"]
    assert key["KeyState"] == "PendingDeletion"


def test_while_a_trial_lives_its_documents_are_locked(trial, issued):  # noqa: ARG001  issued first
    for bucket, key, version in documents(trial):
        lock = trial.client("s3").get_object_retention(Bucket=bucket, Key=key, VersionId=version)
        assert lock["Retention"]["Mode"] == "GOVERNANCE"
        assert lock["Retention"]["RetainUntilDate"].strftime("%m-%d") == "12-31"
        with pytest.raises(ClientError, match="AccessDenied"):
            trial.client("s3").delete_object(Bucket=bucket, Key=key, VersionId=version)
