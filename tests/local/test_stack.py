import base64
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from botocore.exceptions import ClientError

from local.application import FunctionFailedError
from local.deployment import DeploymentFailedError
from local.stack import ROOT, Stack, beside, running
from tests.local.conftest import STRIPE_DOUBLE

EVERYTHING = {"packages", "emulator", "stripe", "mailbox", "deployment"}


def ask(url: str, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str):
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def wish(running_stack: Stack, be: str, **query: str):
    return ask(running_stack.api_url, f"/echo?{urlencode({'be': be, **query})}")


def noted(running_stack: Stack, name: str) -> dict[str, Any] | None:
    dynamodb = running_stack.client("dynamodb")
    table = running_stack.resources["Seen"]
    found = dynamodb.get_item(TableName=table, Key={"id": {"S": name}}, ConsistentRead=True)
    item: dict[str, Any] | None = found.get("Item")
    return item


def waiting(running_stack: Stack, queue: str) -> int:
    sqs = running_stack.client("sqs")
    counted = sqs.get_queue_attributes(
        QueueUrl=running_stack.resources[queue], AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(counted["Attributes"]["ApproximateNumberOfMessages"])


def test_a_request_reaches_its_function_through_the_front_door(running_stack):
    response, content = ask(running_stack.api_url, "/greet/Ann%20B")

    assert response.status == 200
    assert json.loads(content) == {
        "route": "GET /greet/{name}",
        "greeting": "good day",
        "parameters": {"name": "Ann B"},
    }
    assert response.headers["apigw-requestid"]


def test_a_body_arrives_as_it_was_sent(running_stack):
    _, content = ask(
        running_stack.api_url, "/echo", method="POST", body=b"%PDF\xff", **{"Content-Type": "x/pdf"}
    )

    event = json.loads(content)
    assert base64.b64decode(event["body"]) == b"%PDF\xff"
    assert event["requestContext"]["http"]["method"] == "POST"


def test_cookies_and_redirects_come_back(running_stack):
    response, _ = wish(running_stack, "cookies")

    assert response.status == 302
    assert response.headers["location"] == "/x"
    assert response.headers.get_all("set-cookie") == ["a=1; HttpOnly", "b=2"]


def test_bytes_come_back(running_stack):
    response, content = wish(running_stack, "binary")

    assert content == b"%PDF\x00\xff"
    assert response.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize("be", ["fail", "malformed", "forbidden"])
def test_a_failing_function_tells_the_caller_nothing(running_stack, be):
    response, content = wish(running_stack, be, queue=running_stack.outputs["JobsUrl"])

    assert response.status == 500
    assert json.loads(content) == {"message": "Internal Server Error"}


def test_an_unknown_path_is_not_found(running_stack):
    response, content = ask(running_stack.api_url, "/nowhere", method="POST", body=b"x")

    assert response.status == 404
    assert json.loads(content) == {"message": "Not Found"}


def test_a_body_over_ten_megabytes_is_refused(running_stack):
    body = b"x" * (10 * 1024 * 1024 + 1)
    address = urlsplit(running_stack.api_url)
    head = f"POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n"
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(head.encode())

        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_throttled_function_is_unavailable(running_stack):
    functions = running_stack.client("lambda")
    name = running_stack.resources["Answer"]
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)

    response, _ = wish(running_stack, "echo")

    functions.delete_function_concurrency(FunctionName=name)
    assert response.status == 503


def test_a_function_may_do_what_its_role_says_and_no_more(running_stack):
    queue = running_stack.outputs["JobsUrl"]
    event = {"routeKey": "ANY /echo", "queryStringParameters": {"be": "forbidden", "queue": queue}}

    with pytest.raises(FunctionFailedError, match=r"AccessDenied.*sqs:ListQueues|ListQueues"):
        running_stack.invoke("Answer", event)


def test_functions_know_the_public_address_and_the_mailbox(running_stack):
    assert running_stack.outputs["Told"] == running_stack.api_url
    _, content = wish(running_stack, "places")
    assert json.loads(content)["aws"]["AWS_ENDPOINT_URL_SESV2"] == running_stack.mailbox_url


def test_a_function_finds_nothing_of_ours_on_its_path(running_stack):
    _, content = wish(running_stack, "places")

    assert not [place for place in json.loads(content)["path"] if place.startswith(f"{ROOT}/local")]
    assert str(ROOT) not in json.loads(content)["path"]


def test_a_poisoned_message_ends_in_the_dead_letter_queue_alone(running_stack, eventually):
    sqs = running_stack.client("sqs")
    queue = running_stack.resources["Jobs"]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "1"})
    entries = [{"Id": body, "MessageBody": body} for body in ("one", "poison", "two")]
    sqs.send_message_batch(QueueUrl=queue, Entries=entries)

    eventually(lambda: noted(running_stack, "job one") and noted(running_stack, "job two"))
    eventually(lambda: waiting(running_stack, "DeadJobs") == 1)


def test_an_ordered_queue_is_worked_off_in_order(running_stack, eventually):
    sqs = running_stack.client("sqs")
    for number in range(4):
        sqs.send_message(
            QueueUrl=running_stack.resources["Orders"], MessageBody=f"o{number}", MessageGroupId="g"
        )

    eventually(lambda: noted(running_stack, "job o3"))
    times = [float((noted(running_stack, f"job o{n}") or {})["at"]["S"]) for n in range(4)]
    assert times == sorted(times)


def test_a_stream_brings_only_what_its_filter_names(running_stack, eventually):
    dynamodb = running_stack.client("dynamodb")
    for key in ("HEAD#1", "DOC#1"):
        table = running_stack.resources["Facts"]
        dynamodb.put_item(TableName=table, Item={"id": {"S": key}})

    eventually(lambda: noted(running_stack, "change DOC#1"))
    assert noted(running_stack, "change HEAD#1") is None


def test_a_locked_document_cannot_be_deleted(running_stack):
    s3 = running_stack.client("s3")
    bucket = running_stack.resources["Documents"]
    version = s3.put_object(Bucket=bucket, Key="i.pdf", Body=b"%PDF")["VersionId"]

    with pytest.raises(ClientError, match="object lock"):
        s3.delete_object(Bucket=bucket, Key="i.pdf", VersionId=version)


def test_a_bucket_that_asks_for_tls_takes_plain_http_on_this_machine(running_stack):
    _, content = wish(running_stack, "store", bucket=running_stack.resources["Documents"])

    assert content == b"stored"


def test_settings_that_cloudformation_dropped_are_set(running_stack):
    dynamodb = running_stack.client("dynamodb")
    table = running_stack.resources["Seen"]
    kept = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    work = running_stack.client("lambda").get_function_concurrency(
        FunctionName=running_stack.resources["Work"]
    )

    assert kept == {"TimeToLiveStatus": "ENABLED", "AttributeName": "forget_at"}
    assert work["ReservedConcurrentExecutions"] == 2


def test_a_functions_log_can_be_read(running_stack, eventually):
    wish(running_stack, "fail")

    eventually(lambda: any("asked to fail" in line for line in running_stack.logs("Answer")))


def test_a_second_application_has_a_door_of_its_own(running_stack, built_probe):
    with beside(running_stack, built_probe, name="second") as second:
        _, content = ask(second.api_url, "/greet/Bo")

        assert json.loads(content)["parameters"] == {"name": "Bo"}
        assert second.resources["Answer"] != running_stack.resources["Answer"]


def test_many_callers_are_answered_at_once(running_stack):
    began = time.monotonic()
    seen: list[int] = []

    def call() -> None:
        seen.append(wish(running_stack, "echo")[0].status)

    callers = [threading.Thread(target=call) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()

    assert seen == [200] * 8
    assert time.monotonic() - began < 20


def test_when_the_deployment_fails_everything_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    template = tmp_path / ".aws-sam" / "build" / "template.yaml"
    template.parent.mkdir(parents=True)
    template.write_text("Resources: {Loud: {Type: 'AWS::CloudWatch::Alarm', Properties: {}}}")
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def noting(command, **options):
        started.append(popen(command, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noting)
    with (
        pytest.raises(DeploymentFailedError),
        running(state_dir=tmp_path / "state", built_template=template, stripe_module=STRIPE_DOUBLE),
    ):
        pass

    assert len(started) == 2
    assert all(process.poll() is not None for process in started)


def test_every_step_is_reported(built_probe: Path, tmp_path: Path):
    steps: dict[str, float] = {}
    with running(
        state_dir=tmp_path,
        built_template=built_probe,
        stripe_module=STRIPE_DOUBLE,
        report=steps.__setitem__,
    ) as probe:
        pid = probe.emulator.pid

    assert steps.keys() == EVERYTHING
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_stack_in_the_background_starts_answers_and_stops(built_probe: Path, tmp_path: Path):
    options = ["--state-dir", str(tmp_path / "state"), "--template", str(built_probe)]
    options += ["--stripe-module", STRIPE_DOUBLE]

    def command(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-m", "local.stack", name, *options],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    began = command("start")
    addresses = json.loads((tmp_path / "state" / "stack.json").read_text())["addresses"]
    answered, _ = ask(addresses["API"], "/greet/Ann")
    ended = command("stop")

    assert began.returncode == 0, began.stdout + began.stderr
    assert addresses["API"] in began.stdout
    assert answered.status == 200
    assert ended.returncode == 0
    with pytest.raises(ConnectionRefusedError):
        ask(addresses["API"], "/greet/Ann")
    assert command("status").returncode == 1
