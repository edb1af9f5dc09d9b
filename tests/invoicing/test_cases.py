from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoicing import cases
from invoicing.cases import MOST_ANSWERS, Case, Ruling
from invoicing.errors import RefusedError
from invoicing.freezes import Freezes
from invoicing.objections import DashboardRefund
from tests.builders import NOON, a_case, a_claim, a_dispute, eur

ZONE = ZoneInfo("Europe/Paris")
FREE = Freezes(seller="atelier", number="FA-2026-000001")
LIFE = [
    a_dispute(status="inquiry"),
    a_dispute(status="needs_response", due_by=NOON + timedelta(days=7)),
    a_dispute(status="under_review", due_by=NOON + timedelta(days=7), submissions=1),
    a_dispute(status="lost", due_by=NOON + timedelta(days=7), submissions=1),
]
REFUND = DashboardRefund(id="re_1", payment="pi_1", amount=eur("20.00"), opened_at=NOON)


def told(readings):
    """Take readings in as they come; give the case."""
    first, *others = [a_case(each) for each in readings]
    for each in others:
        first = first.joined(each)
    return first


def frozen(case):
    freeze = case.freeze(ZONE)
    return freeze and (freeze.reason, freeze.until)


@pytest.mark.parametrize("order", [*permutations(LIFE)])
def test_every_order_of_what_stripe_tells_ends_in_the_same_case(order):
    assert told(order) == a_case(LIFE[-1])


@given(st.lists(st.sampled_from(LIFE), max_size=12), st.randoms())
def test_repeated_and_late_events_never_move_a_case_back(repeated, chance):
    events = LIFE + repeated
    chance.shuffle(events)

    assert told(events) == a_case(LIFE[-1])


def test_a_dispute_that_is_won_after_all_is_won():
    assert told([a_dispute(status="won"), LIFE[3]]).about.status == "won"


def test_a_refund_that_came_back_stays_so():
    back = REFUND.model_copy(update={"came_back": True})

    for events in permutations([REFUND, back, REFUND]):
        assert told(events).about == back


def test_news_of_a_case_leaves_what_was_decided_and_answered():
    lost = told(LIFE).answered("We are sorry.", at=NOON)
    decided = lost.decided(Ruling(decision="chase"), at=NOON)

    assert decided.joined(told(LIFE[:2])) == decided


@pytest.mark.parametrize(
    ("status", "reason", "is_open"),
    [
        ("inquiry", "dispute", True),
        ("inquiry_under_review", "dispute", True),
        ("warning_closed", None, False),
        ("needs_response", "dispute", True),
        ("under_review", "dispute", True),
        ("prevented", "dispute_lost", True),
        ("lost", "dispute_lost", True),
        ("won", None, False),
    ],
)
def test_a_dispute_freezes_until_it_is_won_or_decided(status, reason, is_open):
    case = a_case(a_dispute(status=status))

    assert frozen(case) == (reason and (reason, None))
    assert case.is_open == is_open


def test_a_bank_decides_before_the_seller_does():
    assert told(LIFE[:3]).open_to() == frozenset()
    assert told(LIFE).open_to() == {"chase", "write_off"}


def test_a_claim_and_an_unexplained_refund_wait_for_the_seller():
    assert frozen(a_case(a_claim())) == ("claim", None)
    assert a_case(a_claim()).open_to() == {"refund", "credit", "close"}
    assert frozen(a_case(REFUND)) == ("refund_unexplained", None)
    assert a_case(REFUND).open_to() == {"credit", "reopen"}


@pytest.mark.parametrize(
    ("about", "decision"), [(LIFE[3], "chase"), (REFUND, "reopen"), (a_claim(), "close")]
)
def test_a_debt_that_stands_is_reminded_of_again(about, decision):
    decided = a_case(about).decided(Ruling(decision=decision), at=NOON)

    assert frozen(decided) is None
    assert (decided.is_open, decided.open_to()) == (False, frozenset())
    assert decided.decision.credit is None


@pytest.mark.parametrize(
    ("about", "decision"), [(LIFE[3], "write_off"), (REFUND, "credit"), (a_claim(), "refund")]
)
def test_nobody_is_reminded_while_the_credit_note_is_on_its_way(about, decision):
    case = a_case(about)
    decided = case.decided(Ruling(decision=decision), at=NOON)

    assert frozen(decided) == (frozen(case)[0], NOON.date() + timedelta(days=7))
    assert not decided.is_open
    assert decided.decision.credit == f"case-{case.key.id}"


def test_a_case_has_one_freeze_beside_those_of_others():
    other = a_case(a_dispute(id="du_2")).freezing(FREE, ZONE)

    both = told(LIFE).freezing(told(LIFE[:2]).freezing(other, ZONE), ZONE)

    assert [(each.reason, each.about) for each in both.freezes] == [
        ("dispute", "du_2"),
        ("dispute_lost", "du_1"),
    ]


def credit(about, decision, left="120.00", **ruling):
    wish = Ruling(decision=decision, **ruling)
    return cases.credit_of(a_case(about), wish, left=eur(left), language="en")


def test_a_lost_dispute_that_is_written_off_credits_its_amount_and_sends_nothing_back():
    written_off = credit(a_dispute(status="lost", amount=eur("50.00")), "write_off")

    assert (written_off.id, written_off.amount) == ("case-du_1", Decimal("50.00"))
    assert (written_off.refund, written_off.reason) == (None, "Disputed payment")


def test_what_is_all_that_is_left_is_credited_whole():
    assert credit(a_dispute(status="lost"), "write_off").whole


def test_a_refund_in_the_dashboard_is_credited_and_not_sent_back_twice():
    noted = credit(REFUND, "credit", reason="A scratch")

    assert (noted.amount, noted.refund, noted.reason) == (Decimal("20.00"), None, "A scratch")


def test_a_claim_is_credited_in_part_or_whole_and_refunded_if_the_seller_says_so():
    assert credit(a_claim(), "refund").refund
    assert credit(a_claim(), "refund").whole
    assert credit(a_claim(), "credit", amount="10.00").amount == Decimal("10.00")
    assert credit(a_claim(), "credit", amount="10.00").refund is None


def test_the_same_claim_said_twice_is_one_case():
    first, again = (
        cases.of_claim(a_claim(), seller="atelier", number="FA-2026-000001", at=at)
        for at in (NOON, NOON + timedelta(minutes=1))
    )

    assert first.key == again.key
    assert first.joined(again) == first


def test_the_same_answer_twice_in_a_row_is_one():
    case = a_case(a_claim()).answered("We are sorry.", at=NOON)

    assert case.answered("We are sorry.", at=NOON + timedelta(minutes=1)) == case


def test_a_case_keeps_so_many_answers_that_its_item_holds_them():
    case = a_case(a_claim())
    for n in range(MOST_ANSWERS):
        case = case.answered(f"{n}", at=NOON)

    assert Case.model_validate_json(case.model_dump_json()) == case
    with pytest.raises(RefusedError):
        case.answered("one more", at=NOON)
