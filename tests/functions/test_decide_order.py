import pytest

from invoicing import requests
from invoicing.adapters.operations import inbox_index
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import Check
from invoicing.credit_notes import Asked
from invoicing.errors import OvertakenError, Reason
from tests import aws
from tests.builders import CREDIT_NOTES, NOON, a_credit, a_key, a_line, a_seller, an_order_body
from tests.doors import call

pytestmark = pytest.mark.usefixtures("shop")

OFFICIAL = Reason(code="BR-CO-17", message="VAT differs", rule="EN 16931")
APART = {"totals": {"total": "119.00"}}  # of an order that comes to 120.00


def held(**changes):
    """Have an order whose totals are another computation, or one with these changes."""
    body = an_order_body(**(changes or APART))
    assert call("take_order", "POST", "/v1/orders", body=body).status == 202
    assert the_order().state == "HELD"


def held_by_the_official_rules():
    assert call("take_order", "POST", "/v1/orders", body=an_order_body()).status == 202
    inbox().decide(the_order().held((OFFICIAL,)))


def the_order():
    return inbox().read(a_key())


def correct(body, order="1001", **how):
    return call("decide_order", "PUT", f"/v1/orders/{order}", body=body, **how)


def release(*codes: str, **how):
    return call(
        "decide_order", "POST", "/v1/orders/1001/release", body={"reasons": list(codes)}, **how
    )


def cancel(reason="the buyer changed their mind", **how):
    return call("decide_order", "POST", "/v1/orders/1001/cancel", body={"reason": reason}, **how)


def checks(shop):
    return [Check(**message["body"]).request for message in aws.received(shop["CHECK_QUEUE"])]


# Corrected


def test_a_held_order_is_corrected_and_goes_on(shop):
    held()

    answer = correct(an_order_body())

    assert (answer.status, answer.json["status"]) == (200, "received")
    assert the_order().draft.totals.due.minor == 120_00
    assert checks(shop) == [a_key()]


def test_a_correction_that_is_no_better_is_held_again_with_its_own_reasons(shop):
    held()

    answer = correct(an_order_body(lines=[a_line(quantity="-1")]))

    assert answer.json["status"] == "held"
    assert [reason["code"] for reason in answer.json["reasons"]] == ["negative_total"]
    assert checks(shop) == []


def test_the_bodies_of_a_corrected_order_are_all_remembered():
    held()
    before = the_order().body_hash

    correct(an_order_body())

    assert the_order().earlier == (before,)
    # The shop's own repetition of what it first sent is still the same order.
    body = an_order_body(**APART)
    assert call("take_order", "POST", "/v1/orders", body=body).status == 202
    assert call("take_order", "POST", "/v1/orders", body=an_order_body()).status == 202
    other = an_order_body(note="another")
    assert call("take_order", "POST", "/v1/orders", body=other).status == 409


def test_the_same_body_again_prices_a_held_order_with_the_profile_of_today():
    sellers().save(a_seller(vat_number=None))
    held(note="x")
    sellers().save(a_seller())

    assert correct(an_order_body(note="x")).json["status"] == "received"


def test_a_correction_that_is_told_twice_changes_nothing_more(shop):
    held()
    correct(an_order_body())
    checks(shop)

    again = correct(an_order_body())

    assert (again.status, again.json["status"]) == (200, "received")
    assert the_order().revision == 1
    assert checks(shop) == []


def test_what_is_not_held_cannot_be_corrected():
    call("take_order", "POST", "/v1/orders", body=an_order_body())

    assert correct(an_order_body(note="another")).status == 409
    assert the_order().order.note is None


def test_a_correction_keeps_the_id():
    held()

    answer = correct(an_order_body(id="1002"))

    assert answer.status == 422
    assert [fault["path"] for fault in answer.json["errors"]] == ["$.id"]


def test_a_correction_pays_nothing_with_money_of_a_day_to_come():
    held()

    answer = correct(an_order_body(payments=[{"paid_on": "9899-12-31", "amount": "1.00"}]))

    assert answer.status == 422
    assert [fault["path"] for fault in answer.json["errors"]] == ["$.payments[0].paid_on"]


def test_a_correction_with_faults_is_told_all_of_them():
    held()

    answer = correct(an_order_body(currency="EURO", lines=[a_line("x")]))

    assert answer.status == 422
    assert {fault["path"] for fault in answer.json["errors"]} == {"$.currency", "$.lines[0].price"}


# Released


def test_a_reason_that_is_the_sellers_to_decide_is_released(shop):
    held()

    answer = release("totals_differ")

    assert (answer.status, answer.json["status"]) == (200, "received")
    assert the_order().draft.totals.due.minor == 120_00  # ours, not the shop's
    assert the_order().overruled == ("totals_differ",)
    assert checks(shop) == [a_key()]


def test_an_official_rule_is_nobodys_to_overrule():
    held_by_the_official_rules()

    answer = release(OFFICIAL.code)

    assert answer.status == 422
    assert [fault["code"] for fault in answer.json["errors"]] == ["not_releasable"]
    assert the_order().state == "HELD"


def test_a_reason_that_does_not_hold_the_order_cannot_be_released():
    held()

    answer = release("totals_differ", "something_else")

    assert [fault["path"] for fault in answer.json["errors"]] == ["$.reasons[1]"]


def test_what_is_not_named_holds_the_order_again():
    held()

    answer = release()

    assert answer.json["status"] == "held"
    assert [reason["code"] for reason in answer.json["reasons"]] == ["totals_differ"]


def test_a_release_without_names_prices_again_what_the_rules_refused(shop):
    held_by_the_official_rules()
    checks(shop)

    assert release().json["status"] == "received"
    assert checks(shop) == [a_key()]


def test_a_correction_ends_what_was_released_for_another_body():
    held(lines=[a_line(quantity="1")], **APART, payments=[A_PAYMENT])
    release("totals_differ")

    correct(an_order_body(**APART))

    assert the_order().overruled == ()
    assert the_order().state == "HELD"


A_PAYMENT = {"paid_on": "2026-11-20", "amount": "500.00"}


# Cancelled


def test_a_cancelled_order_is_over_and_its_id_stays_taken(shop):
    held()

    answer = cancel("sold twice")

    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert answer.json["cancellation"] == {"reason": "sold twice"}
    assert list(inbox_index.undone()) == []
    assert checks(shop) == []
    assert call("take_order", "POST", "/v1/orders", body=an_order_body()).status == 409


def test_a_cancelled_order_keeps_nothing_of_the_buyer():
    held()
    cancel()

    assert (the_order().order, the_order().draft) == (None, None)


def test_cancelling_twice_is_cancelling_once():
    held()
    cancel("first")

    again = cancel("second")

    assert again.status == 200
    assert again.json["cancellation"] == {"reason": "first"}


def test_what_is_on_its_way_cannot_be_cancelled():
    call("take_order", "POST", "/v1/orders", body=an_order_body())

    assert cancel().status == 409


# Whoever decides


@pytest.mark.parametrize("key", [None, "fk_wrong"])
def test_who_has_no_key_decides_nothing(key):
    held()

    answers = [correct(an_order_body(), key=key), release(key=key), cancel(key=key)]

    assert [answer.status for answer in answers] == [401] * 3
    assert the_order().revision == 0


def test_an_order_that_is_not_there_is_not_found():
    assert correct(an_order_body()).status == 404
    assert release().status == 404
    assert cancel().status == 404


def test_two_decisions_at_once_are_one():
    held()
    seen = the_order()

    correct(an_order_body(lines=[a_line(quantity="-1")]))  # held again, with another body

    with pytest.raises(OvertakenError):
        inbox().settle(seen.released(requests.Release(reasons=("totals_differ",))))


def test_a_check_that_was_overtaken_by_a_correction_writes_nothing():
    call("take_order", "POST", "/v1/orders", body=an_order_body())
    slow = the_order()
    inbox().decide(slow.held((OFFICIAL,)))
    correct(an_order_body(lines=[a_line("1.00")]))

    with pytest.raises(OvertakenError):
        inbox().decide(slow.ready())
    assert the_order().draft.totals.due.minor == 1_00


# A credit


def a_credit_that_is(state="HELD"):
    asked = Asked(invoice="FA-2026-000001", credit=a_credit(whole=True))
    request = requests.of_credit(asked, a_key("C-1", CREDIT_NOTES), at=NOON)
    return inbox().accept(request.held((OFFICIAL,)) if state == "HELD" else request)


def cancel_credit(reason="asked twice", *, invoice="FA-2026-000001", credit="C-1", **how):
    path = f"/v1/invoices/{invoice}/credit-notes/{credit}/cancel"
    return call("decide_order", "POST", path, body={"reason": reason}, **how)


def test_a_held_credit_is_cancelled_and_its_id_stays_taken(shop):
    a_credit_that_is("HELD")

    answer = cancel_credit()

    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert list(inbox_index.undone()) == []
    assert checks(shop) == []
    standing = call("serve_api", "GET", answer.json["href"]).json
    assert (standing["status"], standing["cancellation"]) == (
        "cancelled",
        {"reason": "asked twice"},
    )


def test_cancelling_a_credit_twice_is_cancelling_it_once():
    a_credit_that_is("HELD")
    cancel_credit("first")

    assert cancel_credit("second").json["cancellation"] == {"reason": "first"}


def test_a_credit_on_its_way_cannot_be_cancelled():
    a_credit_that_is("RECEIVED")

    assert cancel_credit().status == 409


def test_a_credit_is_cancelled_by_its_own_shop_under_its_own_invoice(neighbour):
    a_credit_that_is("HELD")

    assert cancel_credit(invoice="FA-2026-000002").status == 404
    assert cancel_credit(credit="C-2").status == 404
    assert cancel_credit(key=neighbour).status == 404
    assert cancel_credit(key=None).status == 401
    assert inbox().read(a_key("C-1", CREDIT_NOTES)).state == "HELD"


# What looked unusual

RATE = Reason(code="unusual_rate", message="60 credit notes since yesterday", releasable=True)
COUNTRY = Reason(code="unusual_country", message="none went to FR before", releasable=True)


def a_held_credit(*reasons: Reason):
    asked = Asked(invoice="FA-2026-000001", credit=a_credit(whole=True))
    key = a_key("C-1", CREDIT_NOTES)
    inbox().accept(requests.of_credit(asked, key, at=NOON))
    inbox().decide(inbox().read(key).held(reasons))
    return key


def release_credit(*codes: str, invoice="FA-2026-000001"):
    path = f"/v1/invoices/{invoice}/credit-notes/C-1/release"
    return call("decide_order", "POST", path, body={"reasons": list(codes)})


def test_a_credit_that_was_one_of_too_many_is_released(shop):
    key = a_held_credit(RATE)

    answer = release_credit("unusual_rate")

    assert (answer.status, answer.json["status"]) == (200, "received")
    assert inbox().read(key).overruled == ("unusual_rate",)
    assert checks(shop) == [key]


def test_a_credit_of_more_than_is_left_cannot_be_released():
    a_held_credit(RATE, Reason(code="more_than_left", message="nothing is left"))

    assert release_credit("unusual_rate", "more_than_left").status == 422
    assert release_credit("unusual_rate", invoice="FA-2026-000002").status == 404


def test_a_country_that_was_released_is_usual_from_then_on(deployed):
    assert call("take_order", "POST", "/v1/orders", body=an_order_body()).status == 202
    inbox().decide(the_order().held((COUNTRY,)))

    assert release("unusual_country").json["status"] == "received"

    [said] = [item for item in aws.items(deployed["OPERATIONS_TABLE"]) if "welcome" in item]
    assert said["welcome"] == {"SS": ["country:FR"]}
