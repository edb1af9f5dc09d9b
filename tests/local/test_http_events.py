import base64
from datetime import UTC, datetime

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from local.http_events import Arrival, MalformedAnswerError, event_of, response_of
from local.routes import Match, Route

ARRIVAL = Arrival("JKJaXmPLvHcESHA=", datetime(2026, 11, 21, 18, 0, 1, tzinfo=UTC))
FOUND = Match(Route("POST", "/orders/{id}", "take"), {"id": "7 b"})


def an_event(path="/orders/7%20b", **parts):
    parts = {"method": "POST", "environ_base": {"REMOTE_ADDR": "127.0.0.1"}, **parts}
    environ = EnvironBuilder(path, "http://127.0.0.1:8080", **parts).get_environ()
    return event_of(Request(environ), FOUND, ARRIVAL)


def test_a_request_is_described_in_payload_format_2():
    event = an_event(json={"a": "é"}, headers={"X-Key": "k"})

    assert event["version"] == "2.0"
    assert event["routeKey"] == "POST /orders/{id}"
    assert event["rawPath"] == "/orders/7 b"
    assert event["pathParameters"] == {"id": "7 b"}
    assert event["body"] == '{"a": "\\u00e9"}'
    assert event["isBase64Encoded"] is False
    assert event["headers"]["x-key"] == "k"
    assert event["headers"]["host"] == "127.0.0.1:8080"
    context = event["requestContext"]
    assert context["http"]["method"] == "POST"
    assert context["http"]["sourceIp"] == "127.0.0.1"
    assert context["requestId"] == ARRIVAL.request_id
    assert context["stage"] == "$default"
    assert context["time"] == "21/Nov/2026:18:00:01 +0000"
    assert context["timeEpoch"] == 1795284001000


def test_what_a_request_lacks_is_absent():
    event = an_event()

    assert not event.keys() & {"cookies", "queryStringParameters", "body"}
    assert event["rawQueryString"] == ""


def test_a_repeated_query_name_is_joined_and_the_raw_query_kept():
    event = an_event("/orders/7?tag=a%26b&tag=c&empty=")

    assert event["rawQueryString"] == "tag=a%26b&tag=c&empty="
    assert event["queryStringParameters"] == {"tag": "a&b,c", "empty": ""}


def test_cookies_leave_the_headers():
    event = an_event(headers={"Cookie": "a=1; b=2"})

    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]


def test_the_way_through_the_gateway_is_added():
    headers = an_event(headers={"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "gopher"})[
        "headers"
    ]

    assert headers["x-forwarded-for"] == "192.0.2.1, 127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["x-forwarded-port"] == "8080"
    assert headers["x-amzn-trace-id"].startswith("Root=1-")


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "application/pdf", "image/svg+xml"]
)
def test_a_body_that_is_not_text_comes_in_base64(content_type):
    event = an_event(data=b"a=1", content_type=content_type)

    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"a=1"


def test_an_answer_without_a_status_is_a_body():
    assert response_of({"a": 1}).get_data(as_text=True) == '{"a": 1}'
    assert response_of("plain words").get_data(as_text=True) == "plain words"
    assert response_of({"a": 1}).content_type == "application/json"


def test_a_stated_answer_is_passed_on():
    response = response_of(
        {
            "statusCode": "201",
            "headers": {"Content-Type": "application/pdf", "content-length": "99", "x-n": 1},
            "cookies": ["a=1; HttpOnly", "b=2"],
            "body": base64.b64encode(b"%PDF\xff").decode(),
            "isBase64Encoded": True,
        }
    )

    assert response.status_code == 201
    assert response.get_data() == b"%PDF\xff"
    assert response.content_type == "application/pdf"
    assert response.content_length == 5
    assert response.headers["x-n"] == "1"
    assert response.headers.getlist("set-cookie") == ["a=1; HttpOnly", "b=2"]


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "many"},
        {"statusCode": 200, "body": {"not": "text"}},
        {"statusCode": 200, "body": "?", "isBase64Encoded": True},
        {"statusCode": 200, "headers": {"a": ["b"]}},
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": None},
    ],
)
def test_a_malformed_answer_is_refused(answer):
    with pytest.raises(MalformedAnswerError):
        response_of(answer)
