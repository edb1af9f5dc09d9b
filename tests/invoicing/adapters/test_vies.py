import json
from datetime import UTC, datetime

import pytest
from werkzeug.wrappers import Request, Response

from invoicing.adapters import vies
from local.serving import serving
from tests.invoicing.adapters.answers import answering

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def asked(monkeypatch, body, *, status=200):
    with answering(body, status=status) as url:
        monkeypatch.setenv("VIES_ENDPOINT", url)
        return vies.check("DE811569869", asked_by="FR44732829320", at=NOON)


def test_a_valid_number_comes_with_its_proof_and_what_the_state_discloses(monkeypatch):
    answer = {"valid": True, "requestIdentifier": "WAPIAAAAZ", "name": "Parkhotel", "new": [1]}

    check = asked(monkeypatch, json.dumps(answer))

    assert (check.outcome, check.consultation_number, check.name) == (
        "valid",
        "WAPIAAAAZ",
        "Parkhotel",
    )
    assert check.checked_at == NOON


def test_dashes_disclose_nothing(monkeypatch):
    check = asked(monkeypatch, '{"valid": true, "requestIdentifier": "", "name": "---"}')

    assert (check.outcome, check.consultation_number, check.name) == ("valid", None, None)


def test_a_number_that_does_not_exist_is_invalid(monkeypatch):
    assert asked(monkeypatch, '{"valid": false, "name": "---"}').outcome == "invalid"


@pytest.mark.parametrize(
    ("body", "status", "cause"),
    [
        ('{"actionSucceed": false, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}', 200,
         "MS_UNAVAILABLE"),
        ('{"errorWrappers": [{"error": "GLOBAL_MAX_CONCURRENT_REQ"}]}', 500,
         "GLOBAL_MAX_CONCURRENT_REQ"),
        ('{"valid": false, "userError": "TIMEOUT"}', 200, "TIMEOUT"),
        ("{}", 200, "no_answer"),
        ('{"valid": "true"}', 200, "not_understood"),
        ("<html>maintenance</html>", 200, "not_understood"),
        ("", 503, "not_understood"),
        ("null", 200, "not_understood"),
    ],
)  # fmt: skip
def test_whatever_is_not_an_answer_leaves_the_number_unknown(monkeypatch, body, status, cause):
    check = asked(monkeypatch, body, status=status)

    assert (check.outcome, check.cause) == ("unknown", cause)


def test_a_seller_whom_vies_does_not_know_asks_without_a_proof(monkeypatch):
    asked_with = []

    def application(environ, start_response):
        question = Request(environ).get_json(force=True)
        asked_with.append("requesterNumber" in question)
        fault = {"errorWrappers": [{"error": "INVALID_REQUESTER_INFO"}]}
        answer = fault if asked_with[-1] else {"valid": True, "requestIdentifier": ""}
        return Response(json.dumps(answer))(environ, start_response)

    with serving(application) as url:
        monkeypatch.setenv("VIES_ENDPOINT", url)
        check = vies.check("DE811569869", asked_by="FR44732829320", at=NOON)

    assert asked_with == [True, False]
    assert (check.outcome, check.consultation_number) == ("valid", None)


def test_nobody_there_leaves_the_number_unknown(monkeypatch):
    monkeypatch.setenv("VIES_ENDPOINT", "http://127.0.0.1:9")

    check = vies.check("DE811569869", asked_by=None, at=NOON)

    assert (check.outcome, check.cause) == ("unknown", "unreachable")
