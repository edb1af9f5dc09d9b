import json
from datetime import UTC, datetime

import pytest
import urllib3

from invoicing.adapters import vies
from local.vies import answering

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def stand_in(monkeypatch):
    with answering() as (endpoint, url):
        monkeypatch.setenv("VIES_ENDPOINT", url)
        yield endpoint


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize(
    ("number", "outcome", "cause"),
    [
        ("FR40303265045", "valid", None),
        ("DE110704340", "invalid", None),
        ("DE289218407", "unknown", "MS_UNAVAILABLE"),
    ],
)
def test_the_last_digit_says_what_is_known_of_a_number(number, outcome, cause):
    check = vies.check(number, asked_by="FR44732829320", at=NOON)

    assert (check.outcome, check.cause, check.number) == (outcome, cause, number)


def test_who_asks_by_number_gets_a_proof(stand_in):
    check = vies.check("EL094259216", asked_by="FR44732829320", at=NOON)

    assert check.consultation_number == "WAPI000000000001"
    assert stand_in.asked == [
        {
            "countryCode": "EL",
            "vatNumber": "094259216",
            "requesterMemberStateCode": "FR",
            "requesterNumber": "44732829320",
        }
    ]


@pytest.mark.usefixtures("stand_in")
def test_who_asks_without_a_number_gets_none():
    assert vies.check("EL094259216", asked_by=None, at=NOON).consultation_number is None


def test_it_answers_nothing_else():
    with answering() as (_, url):
        answer = urllib3.request("GET", f"{url}/check-status")

    assert answer.status == 404
    assert json.loads(answer.data) == {"actionSucceed": False}
