"""Who may write the books, read off template.yaml for the role of every function."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from tests import aws

# IAM cannot restrict a put to what is new: the condition is in the write, its absence an alarm.
WRITERS = {
    "Ledger": {
        "IssueDocument": {"PutItem"},
        "RenderDocument": {"PutItem"},
        "CloseLedger": {"PutItem"},
    },
    "Heads": {"IssueDocument": {"PutItem", "UpdateItem"}, "CloseLedger": {"PutItem"}},
}
READING = {"GetItem", "BatchGetItem", "Query", "ConditionCheckItem"}
WRITING = {"PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem", "BatchWriteItem"}
HARMLESS = {"SQSSendMessagePolicy"}  # of SAM's policy templates


def statements(policies: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give every statement of a function's role; a policy that hides them is none we know."""
    for policy in policies:
        if "Statement" in policy:
            yield from policy["Statement"]
        else:
            assert set(policy) <= HARMLESS, policy


def several(said: Any) -> list[Any]:  # noqa: ANN401  the template writes one or many
    return said if isinstance(said, list) else [said]


def granted(table: str) -> dict[str, set[str]]:
    """Give what each function may do on a table itself, beside reading it."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, block in aws.resources("AWS::Serverless::Function").items():
        for statement in statements(block["Policies"]):
            if any(reaches(each, table) for each in several(statement["Resource"])):
                actions = {each.removeprefix("dynamodb:") for each in several(statement["Action"])}
                found[name] |= actions - READING
    return {name: actions for name, actions in found.items() if actions}


def reaches(resource: Any, table: str) -> bool:  # noqa: ANN401  a value of the template
    """Say whether a resource is a table or could be: what names no resource of ours could."""
    match resource:
        case {"Fn::GetAtt": said}:
            return bool(said.split(".")[0] == table)
        case {"Fn::Sub": str(text)}:
            return f"${{{table}" in text or (":dynamodb:" in text and "${" not in text)
    return True


@pytest.mark.parametrize("table", WRITERS)
def test_only_what_issues_and_closes_may_write_the_books_and_nothing_may_change_the_ledger(table):
    assert granted(table) == WRITERS[table]


def test_every_permission_is_allowed_and_names_its_actions_one_by_one():
    for block in aws.resources("AWS::Serverless::Function").values():
        for statement in statements(block["Policies"]):
            assert statement["Effect"] == "Allow"
            assert not [each for each in several(statement["Action"]) if "*" in each]
            assert {"NotAction", "NotResource"}.isdisjoint(statement)


def test_whoever_takes_a_key_may_write_down_that_it_was_used():
    for name, block in aws.resources("AWS::Serverless::Function").items():
        code = (aws.TEMPLATE.parent / block["CodeUri"] / "app.py").read_text()
        if "http_api.caller" in code:
            assert any(
                "dynamodb:UpdateItem" in several(each["Action"]) and "Operations" in str(each)
                for each in statements(block["Policies"])
            ), name


def kept(actions: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Give who may do one of these in Operations itself, and in which partitions; none is all."""
    for name, block in aws.resources("AWS::Serverless::Function").items():
        for statement in statements(block["Policies"]):
            itself = {"Fn::GetAtt": "Operations.Arn"} in several(statement["Resource"])
            may = {each.removeprefix("dynamodb:") for each in several(statement["Action"])}
            if itself and actions & may:
                yield name, several(partitions(statement))


def partitions(statement: dict[str, Any]) -> Any:  # noqa: ANN401  the template writes one or many
    """Read for which partitions a statement is; any other condition is none we know."""
    condition = statement.get("Condition", {"ForAllValues:StringLike": {}})
    assert set(condition) == {"ForAllValues:StringLike"}
    return condition["ForAllValues:StringLike"].get("dynamodb:LeadingKeys", [])


def test_whoever_writes_or_searches_operations_says_what():
    """Who reads one item knows its key; a query finds what it was not told of."""
    wide = [name for name, where in kept(WRITING | {"Query", "Scan"}) if not where]
    assert wide == []


def test_no_function_makes_a_key_or_a_seller():
    """The command does, with its operator's rights; functions write down that a key was used."""
    made = {each for _, where in kept(WRITING - {"UpdateItem"}) for each in where}
    moved = {each for _, where in kept({"UpdateItem"}) for each in where}

    assert {"KEY#*", "SELLER#*"}.isdisjoint(made)
    assert moved == {"FREEZES#*", "KEY#*", "NOTICE#*", "REQ#*", "RETURNS#*", "WATCH#*"}


def test_no_role_stands_beside_those_of_the_functions():
    resources = aws.template()["Resources"].values()

    others = [each["Type"] for each in resources if each["Type"].startswith("AWS::IAM::")]
    assert others == []


@pytest.mark.parametrize("table", WRITERS)
def test_nothing_in_the_books_is_forgotten_in_time(table):
    assert "TimeToLiveSpecification" not in aws.resources("AWS::DynamoDB::Table")[table]


def test_every_change_of_what_was_issued_reaches_whoever_tells_of_it():
    events = aws.resources("AWS::Serverless::Function")["PublishChanges"]["Events"].values()
    [ledger] = [each["Properties"] for each in events if "Ledger" in str(each)]
    patterns = [each["Pattern"] for each in ledger["FilterCriteria"]["Filters"]]

    assert '{"eventName":["MODIFY","REMOVE"]}' in patterns
    alarm = aws.resources("AWS::CloudWatch::Alarm")["LedgerAlteredAlarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Facturier", "LedgerAltered")
    assert alarm["AlarmActions"] == [{"Ref": "Operator"}]


def test_no_access_log_writes_down_the_path_that_opens_a_page():
    [api] = aws.resources("AWS::Serverless::HttpApi").values()

    assert "AccessLogSettings" not in api


def test_nobody_deletes_from_the_buckets_whatever_his_rights():
    policies = {
        policy["Bucket"]["Ref"]: policy["PolicyDocument"]["Statement"]
        for policy in aws.resources("AWS::S3::BucketPolicy").values()
    }

    assert set(policies) == set(aws.resources("AWS::S3::Bucket"))
    for bucket, said in policies.items():
        [denied] = [each for each in said if "s3:DeleteObjectVersion" in several(each["Action"])]
        assert (denied["Effect"], denied["Principal"]) == ("Deny", "*")
        assert "Condition" not in denied
        assert {"Fn::Sub": f"${{{bucket}.Arn}}/*"} in denied["Resource"]


def test_whoever_reads_a_version_of_a_document_may_read_it_in_restored_books():
    """There the version has another name, so the object is read without one."""
    for name, block in aws.resources("AWS::Serverless::Function").items():
        read = {
            action
            for statement in statements(block["Policies"])
            if "Documents.Arn" in str(statement["Resource"])
            for action in several(statement["Action"])
        }
        assert "s3:GetObjectVersion" not in read or "s3:GetObject" in read, name


def test_what_names_people_is_encrypted_by_a_key_of_our_own():
    ours = {"Fn::GetAtt": "DataKey.Arn"}
    for table in aws.resources("AWS::DynamoDB::Table").values():
        assert table["SSESpecification"]["KMSMasterKeyId"] == ours
    [rule] = aws.resources("AWS::S3::Bucket")["Documents"]["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    assert rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"] == ours
    for topic in aws.resources("AWS::SNS::Topic").values():
        assert topic["KmsMasterKeyId"] == {"Ref": "DataKey"}
