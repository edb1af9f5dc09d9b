"""Deposits: billed ahead at each rate, and deducted once from the invoice of the rest."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from invoicing import deposits, drafts, payments
from invoicing.deposits import Issued
from invoicing.errors import Held
from invoicing.invoices import Draft, Invoice
from invoicing.money import total
from tests.builders import LINK, NOON, a_draft, a_line, a_seller, an_order, eur
from tests.drawn import orders

TWO_RATES: dict[str, Any] = {"lines": [a_line("120.00"), a_line("105.50", vat="second_reduced")]}


def a_deposit(n: int = 1, **changes: object) -> Invoice:
    asked: dict[str, Any] = {"deposit": {"percent": "30"}, "id": f"1001-D{n}"} | TWO_RATES | changes
    return a_draft(**asked).issue(number=f"FA-2026-{n:06}", at=NOON)


def known(*issued: Invoice, **facts: object) -> list[Issued]:
    return [
        deposits.issued(each, payments.unpaid(each).model_copy(update=facts)) for each in issued
    ]


def final(*deducted: Issued, **changes: object) -> Draft | Held:
    numbers = [each.number for each in deducted]
    order = an_order(**(TWO_RATES | {"deducts": numbers} | changes))
    return drafts.draft(order, a_seller(), LINK, deducted=deducted)


def code(held: Draft | Held) -> str:
    assert isinstance(held, Held), held
    return held.reasons[0].code


def test_a_deposit_takes_the_same_share_of_each_rate():
    draft = a_deposit().draft

    assert draft.type_code == "386"
    assert [(line.base, line.vat) for line in draft.vat] == [
        (eur("30.00"), eur("6.00")),
        (eur("30.00"), eur("1.65")),
    ]
    assert draft.totals.due == eur("67.65")
    assert draft.lines[0].description == "Acompte de 30 % sur la commande 1001-D1"


def test_an_amount_is_asked_for_to_the_cent():
    draft = a_deposit(deposit={"amount": "50.00"}).draft

    assert draft.totals.due == eur("50.00")


def test_the_final_invoice_charges_the_vat_of_the_rest():
    [deposit] = known(a_deposit())

    draft = final(deposit)

    assert isinstance(draft, Draft)
    assert [(line.base, line.vat) for line in draft.vat] == [
        (eur("70.00"), eur("14.00")),
        (eur("70.00"), eur("3.85")),
    ]
    assert draft.totals.due == eur("157.85")
    assert draft.totals.prepaid == eur("0.00")
    assert [each.number for each in draft.preceding] == ["FA-2026-000001"]


def test_the_deduction_is_told_line_by_line_and_no_price_is_negative():
    draft = final(*known(a_deposit()))

    assert isinstance(draft, Draft)
    assert [str(line.net.amount) for line in draft.lines] == [
        "100.00",
        "100.00",
        "-30.00",
        "-30.00",
    ]
    assert all(line.price >= 0 for line in draft.lines)
    assert draft.lines[2].description == "Acompte déjà facturé : FA-2026-000001 du 21/11/2026"


def test_several_deposits_are_deducted_together():
    draft = final(*known(a_deposit(1), a_deposit(2)))

    assert isinstance(draft, Draft)
    assert draft.totals.due == eur("90.20")


def test_a_deposit_of_all_leaves_nothing_to_pay():
    draft = final(*known(a_deposit(deposit={"percent": "100"})))

    assert isinstance(draft, Draft)
    assert draft.totals.due == eur("0.00")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"credited": eur("1.00")}, "deposit_credited"),
        ({"deducted_by": "999"}, "deposit_deducted"),
    ],
)
def test_what_is_credited_or_deducted_already_is_not_deducted(facts, why):
    deducted = known(a_deposit(), **facts)

    assert code(final(*deducted)) == why
    assert [each.code for each in deposits.overtaken(deducted, "1001")] == [why]


def test_the_same_order_may_be_drafted_again():
    assert isinstance(final(*known(a_deposit(), deducted_by="1001")), Draft)


def test_only_deposits_of_the_same_buyer_and_currency_are_deducted():
    other = {"name": "Dominique Petit", "address": an_order().buyer.address.model_dump()}
    no_deposit = a_draft().issue(number="FA-2026-000001", at=NOON)

    assert code(final(*known(a_deposit(buyer=other)))) == "deposit_of_another"
    assert code(final(*known(no_deposit))) == "deposit_expected"
    assert code(final(deducts=["FA-2026-000009"])) == "deposit_unknown"
    assert code(final(deducts=["FA-2026-000001"] * 2)) == "deposit_named_twice"


def test_a_rate_that_the_rest_does_not_have_is_held():
    assert code(final(*known(a_deposit()), lines=[a_line("500.00")])) == "deposit_rate_differs"


def test_more_was_billed_ahead_than_the_order_comes_to():
    deposit = known(a_deposit(lines=[a_line("600.00")], deposit={"percent": "50"}))

    assert code(final(*deposit)) == "negative_total"


def test_a_deposit_is_no_more_than_the_order_and_not_nothing():
    too_much = an_order(deposit={"amount": "120.01"})
    of_nothing = an_order(deposit={"percent": "30"}, lines=[a_line("0.00")])

    assert code(drafts.draft(too_much, a_seller(), LINK)) == "deposit_too_large"
    assert code(drafts.draft(of_nothing, a_seller(), LINK)) == "deposit_of_nothing"


@pytest.mark.parametrize("price", ["99.99", "19.95", "120.09", "2400.03"])
def test_a_deposit_of_all_asks_for_what_the_shop_charges(price):
    lines = [a_line(price)]
    ahead = a_deposit(lines=lines, deposit={"percent": "100"})

    rest = final(*known(ahead), lines=lines)

    assert ahead.draft.totals.due == eur(price)
    assert isinstance(rest, Draft), rest
    assert rest.totals.due == eur("0.00")
    assert not any(line.base or line.vat for line in rest.vat)


def test_a_deposit_may_be_the_total_that_the_shop_itself_states():
    order = an_order(deposit={"amount": "120.01"}, totals={"total": "120.01"})

    draft = drafts.draft(order, a_seller(), LINK)

    assert isinstance(draft, Draft), draft
    assert draft.totals.due == eur("120.01")


def test_an_order_of_nothing_but_its_rounding_has_no_deposit():
    lines = [a_line("10.00"), a_line("10.00", quantity="-1")]
    order = an_order(lines=lines, rounding="0.05", deposit={"percent": "100"})

    assert code(drafts.draft(order, a_seller(), LINK)) == "deposit_of_nothing"


def test_a_deposit_of_which_only_the_rounding_is_left_is_none():
    order = an_order(lines=[a_line("0.01")], rounding="0.02", deposit={"percent": "30"})

    assert code(drafts.draft(order, a_seller(), LINK)) == "deposit_of_nothing"


@pytest.mark.parametrize(
    "said", [{}, {"percent": "30", "amount": "1.00"}, {"percent": "0"}, {"percent": "101"}]
)
def test_a_deposit_is_a_share_or_an_amount(said):
    with pytest.raises(ValidationError):
        an_order(deposit=said)


@settings(max_examples=100, deadline=None)
@given(order=orders(), percent=st.integers(1, 99) | st.just(100))
def test_deposit_and_rest_come_to_the_order_at_each_rate(order, percent):
    seller = a_seller(currency=order.currency)
    whole = drafts.draft(order, seller, LINK)
    ahead = drafts.draft(
        order.model_copy(update={"deposit": _percent(percent)}),
        seller,
        LINK,
    )
    if not isinstance(whole, Draft) or not isinstance(ahead, Draft):
        return
    issued = known(ahead.issue(number="FA-2026-000001", at=NOON))
    rest = drafts.draft(
        order.model_copy(update={"deducts": ("FA-2026-000001",)}), seller, LINK, deducted=issued
    )
    if isinstance(rest, Held):
        assert percent < 100, rest
        return
    for line, left in zip(whole.vat, rest.vat, strict=True):
        off = [each for each in ahead.vat if each.decision == line.decision]
        assert left.base + total((each.base for each in off), order.currency) == line.base
        assert left.vat + total((each.vat for each in off), order.currency) == line.vat
    assert ahead.totals.due + rest.totals.due == whole.totals.due


def _percent(percent: int):
    return an_order(deposit={"percent": str(percent)}).deposit
