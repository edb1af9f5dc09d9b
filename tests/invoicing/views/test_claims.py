from datetime import timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from invoicing import cases
from invoicing.cases import MOST_CLAIMS, Case, Ruling
from invoicing.objections import Claim
from invoicing.views import claims
from invoicing.views.claims import Form
from tests.builders import NOON, a_case, a_claim, a_dispute

PARIS = ZoneInfo("Europe/Paris")


def posted(**fields):
    return urlencode({"reason": "other", "message": "Bonjour"} | fields).encode()


def shown(*found: Case):
    return claims.claimed(found, PARIS)


def test_what_is_filled_in_well_is_a_claim():
    read = claims.read(posted(message="  Il manque\r\nune ampoule.  ", email="c@buyer.example"))

    assert read == Claim(reason="other", message="Il manque\nune ampoule.", email="c@buyer.example")


def test_an_address_for_the_answer_is_nobodys_duty():
    assert claims.read(posted(email="")) == Claim(reason="other", message="Bonjour")


@pytest.mark.parametrize(
    ("filled", "faults"),
    [
        ({"reason": ""}, ("reason",)),
        ({"reason": "fraud"}, ("reason",)),
        ({"message": " \r\n "}, ("message",)),
        ({"message": "x" * 2001}, ("message",)),
        ({"message": "\x00"}, ("message",)),
        ({"email": "camille"}, ("email",)),
        ({"reason": "", "message": "", "email": "@"}, ("reason", "message", "email")),
    ],
)
def test_each_fault_is_named_and_nothing_that_was_typed_is_lost(filled, faults):
    read = claims.read(posted(**filled))

    assert isinstance(read, Form)
    assert read.faults == faults
    assert read.message == ({"message": "Bonjour"} | filled)["message"].strip()


def test_a_message_may_have_2000_characters_of_any_script_on_any_lines():
    message = ("é" * 99 + "\n") * 19 + "🎉" * 100

    read = claims.read(posted(message=message.replace("\n", "\r\n")))

    assert isinstance(read, Claim)
    assert read.message == message


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"{}", b"&".join([b"a=1"] * 1000), b"message=" + b"x" * 9_000_000]
)
def test_what_is_no_form_of_ours_is_an_empty_or_faulty_one(body):
    read = claims.read(body)

    assert isinstance(read, Form)
    assert {"reason", "message"} <= {*read.faults}


def test_a_claim_is_received_then_answered_then_closed():
    made = a_case(a_claim())
    answered = made.answered("Nous regardons.", at=NOON)
    closed = answered.decided(Ruling(decision="close"), at=NOON)

    states = [claim.state for claim in shown(made, answered, closed)]

    assert states == ["received", "answered", "closed"]
    assert shown(answered)[0].answers == ("Nous regardons.",)


def test_a_claim_has_the_sellers_civil_day_and_a_dispute_is_none():
    late = NOON + timedelta(hours=11, minutes=30)
    case = cases.of_claim(a_claim(), seller="atelier", number="FA-2026-000001", at=late)

    [claim] = shown(case, a_case(a_dispute()))

    assert claim.on == NOON.date() + timedelta(days=1)


def test_a_claim_under_way_blocks_another_and_so_do_too_many():
    made = a_case(a_claim())
    closed = made.decided(Ruling(decision="close"), at=NOON)

    assert claims.may_claim(())
    assert not claims.may_claim(shown(closed, made))
    assert claims.may_claim(shown(closed))
    assert not claims.may_claim(shown(*[closed] * MOST_CLAIMS))
