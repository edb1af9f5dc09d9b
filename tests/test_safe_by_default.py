"""What a deployment is when nobody chose anything, read off the templates and the lock files."""

import pytest

from tests import aws
from tests.test_permissions import several

ROOT = aws.TEMPLATE.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
DEFAULTS = {
    name: parameter.get("Default") for name, parameter in aws.template()["Parameters"].items()
}
CLOUDFRONT_KEEPS = (400, 403, 404, 405, 414, 500, 501, 502, 503, 504)  # errors, unless told not to
OPEN_TO_ALL = {"TakeOrder", "ReceiveStripeEvent", "ServePages", "ConfirmDocument"}


def test_documents_are_locked_and_what_only_tests_want_is_off():
    assert DEFAULTS["RetentionMode"] == "GOVERNANCE"
    assert DEFAULTS["DeletionProtection"] == "true"
    assert (DEFAULTS["SchedulesAhead"], DEFAULTS["WebhooksAnywhere"]) == ("false", "false")
    elsewhere = ("StripeApiBase", "SesEndpoint", "ViesEndpoint", "EcbEndpoint")
    assert {DEFAULTS[name] for name in elsewhere} == {""}


@pytest.mark.parametrize("bucket", aws.resources("AWS::S3::Bucket"))
def test_a_bucket_is_nobody_elses_and_each_object_in_it_can_be_locked(bucket):
    said = aws.resources("AWS::S3::Bucket")[bucket]

    assert set(said["PublicAccessBlockConfiguration"].values()) == {True}
    assert said["VersioningConfiguration"] == {"Status": "Enabled"}
    assert said["ObjectLockEnabled"] is True
    assert "ObjectLockConfiguration" not in said, "the term is the document's, not the bucket's"


@pytest.mark.parametrize("policy", aws.resources("AWS::S3::BucketPolicy"))
def test_a_bucket_is_spoken_to_by_tls_alone(policy):
    said = aws.resources("AWS::S3::BucketPolicy")[policy]
    bucket = said["Bucket"]["Ref"]
    [denied] = [each for each in said["PolicyDocument"]["Statement"] if "Condition" in each]

    assert (denied["Effect"], denied["Principal"], denied["Action"]) == ("Deny", "*", "s3:*")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert {"Fn::GetAtt": f"{bucket}.Arn"} in several(denied["Resource"])
    assert {"Fn::Sub": f"${{{bucket}.Arn}}/*"} in several(denied["Resource"])


@pytest.mark.parametrize("table", aws.resources("AWS::DynamoDB::Table"))
def test_any_minute_of_any_table_can_be_restored_and_none_goes_with_the_stack(table):
    said = aws.resources("AWS::DynamoDB::Table")[table]

    assert said["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    assert said["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert aws.template()["Resources"][table]["DeletionPolicy"] == "RetainExceptOnCreate"


def test_the_key_that_encrypts_is_turned_over_and_works_for_this_account_alone():
    said = aws.resources("AWS::KMS::Key")["DataKey"]

    assert said["EnableKeyRotation"] is True
    for each in said["KeyPolicy"]["Statement"]:
        if each["Principal"] == {"AWS": "*"} or "Service" in each["Principal"]:
            account = each["Condition"]["StringEquals"]
            assert {"Ref": "AWS::AccountId"} in account.values()


def test_mails_leave_over_tls_or_not_at_all():
    [mails] = aws.resources("AWS::SES::ConfigurationSet").values()

    assert mails["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}


def test_so_many_calls_a_second_are_answered_as_the_readme_says():
    [api] = aws.resources("AWS::Serverless::HttpApi").values()
    limits = api["DefaultRouteSettings"]
    second, at_once = limits["ThrottlingRateLimit"], limits["ThrottlingBurstLimit"]

    said = f"| 429 | more than {second} calls a second, or {at_once} at once"
    assert said in (ROOT / "README.md").read_text()


def test_no_function_takes_executions_from_the_others_unless_somebody_says_how_many():
    functions = aws.resources("AWS::Serverless::Function")
    reserved = "ReservedConcurrentExecutions"

    assert DEFAULTS["OpenDoorsAtOnce"] == 0
    limited = {name: each[reserved] for name, each in functions.items() if reserved in each}
    assert set(limited) == OPEN_TO_ALL
    for condition, wanted, otherwise in (each["Fn::If"] for each in limited.values()):
        assert condition == "LimitsOpenDoors"
        assert (wanted, otherwise) == ({"Ref": "OpenDoorsAtOnce"}, {"Ref": "AWS::NoValue"})


def test_a_second_stack_beside_the_first_finds_no_schedule_of_its_names():
    """SAM's own names are the functions': https://github.com/aws/serverless-application-model/issues/3109."""
    scheduled = [
        event["Properties"]
        for function in aws.resources("AWS::Serverless::Function").values()
        for event in function["Events"].values()
        if event["Type"] == "ScheduleV2"
    ]

    assert scheduled
    assert all(each["OmitName"] is True for each in scheduled)


def test_what_stands_in_front_speaks_tls_keeps_nothing_and_refuses_who_asks_too_often():
    edge = aws.template(aws.EDGE)["Resources"]
    distribution = edge["Distribution"]["Properties"]["DistributionConfig"]
    firewall = edge["Firewall"]["Properties"]
    [origin] = distribution["Origins"]
    [rate, *_] = firewall["Rules"]

    assert distribution["WebACLId"] == {"Fn::GetAtt": "Firewall.Arn"}
    assert distribution["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert origin["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]
    assert "Logging" not in distribution, "a path opens a buyer's page"
    kept = {
        each["ErrorCode"]: each["ErrorCachingMinTTL"]
        for each in distribution["CustomErrorResponses"]
    }
    assert kept == dict.fromkeys(CLOUDFRONT_KEEPS, 0)
    refusal = rate["Action"]["Block"]["CustomResponse"]
    assert refusal["ResponseCode"] == 429
    assert refusal["ResponseHeaders"] == [{"Name": "Retry-After", "Value": "300"}]
    assert refusal["CustomResponseBodyKey"] in firewall["CustomResponseBodies"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_whatever_is_installed_has_its_version_and_its_hash(lock):
    lines = [each for each in lock.read_text().splitlines() if each and not each.startswith("#")]
    named = [at for at, each in enumerate(lines) if not each.startswith(" ")]

    assert named
    for at in named:
        assert "==" in lines[at]
        assert "--hash=sha256:" in lines[at + 1]
