import pytest

from invoicing.adapters.stripe import sessions
from invoicing.adapters.stripe.amounts import AnotherAmountError
from invoicing.adapters.stripe.sessions import Sessions, Standing
from invoicing.payments import Balance, unpaid
from tests.builders import a_buyer, an_invoice, eur
from tests.stripe_accounts import STRIPE_COUNTS, abroad, checked_out


@STRIPE_COUNTS
def test_the_buyer_is_asked_for_exactly_what_is_open(account, amount, currency, units):
    session = checked_out(account, abroad(currency, amount))

    assert (session.amount_total, session.currency) == (units, currency.lower())


def test_a_session_knows_whose_it_is_and_where_the_buyer_goes_next(account):
    invoice = an_invoice()

    session = checked_out(account, invoice)

    assert session.metadata
    assert session.metadata.to_dict() == {
        "facturier_seller": "atelier",
        "facturier_invoice": "FA-2026-000001",
        "facturier_correlation_id": f"atelier/{invoice.draft.order}",
    }
    assert session.client_reference_id == "FA-2026-000001"
    assert session.customer_email == "camille@buyer.example"
    assert session.cancel_url == invoice.page
    assert session.success_url == f"{invoice.page}?paid"


def test_a_buyer_without_an_address_can_pay_too(account):
    buyer = a_buyer(email=None).model_dump()

    assert checked_out(account, an_invoice(buyer=buyer)).customer_email is None


def test_who_presses_twice_gets_the_same_session(account):
    gateway, invoice = Sessions(account.secrets), an_invoice()

    pages = {
        gateway.open(invoice, unpaid(invoice), page=invoice.page, count=1).url for _ in range(2)
    }

    assert len(pages) == len(account.sessions()) == 1


def test_after_a_part_was_paid_the_rest_is_asked_in_a_session_of_its_own(account):
    checked_out(account)

    rest = Balance(asked=eur("120.00"), paid=eur("20.00"), version=1)

    assert checked_out(account, balance=rest).amount_total == 10_000
    assert len(account.sessions()) == 2


def test_no_page_is_shown_for_another_sum_than_is_open(account, monkeypatch):
    session = sessions._session  # noqa: SLF001  the mistake that is made on purpose
    monkeypatch.setattr(
        sessions, "_session", lambda invoice, _, *said: session(invoice, eur("1.00"), *said)
    )

    with pytest.raises(AnotherAmountError):
        checked_out(account)


@pytest.mark.parametrize(
    ("way", "attempt"), [(None, "none"), ("card", "returned"), ("sepa_debit", "in_process")]
)
def test_the_page_tells_how_far_an_attempt_got(account, way, attempt):
    session = checked_out(account)
    if way:
        account.pay(session.url, way)

    assert Sessions(account.secrets).standing(session.id).attempt == attempt


def test_an_open_session_goes_on_where_it_was(account):
    session = checked_out(account)

    standing = Sessions(account.secrets).standing(session.id)

    assert (standing.url, standing.page) == (session.url, an_invoice().page)


def test_an_expired_session_leads_nowhere(account):
    session = checked_out(account)
    gateway = Sessions(account.secrets)

    gateway.end(session.id)

    assert gateway.standing(session.id) == Standing(attempt="none")


def test_the_next_attempt_has_a_session_of_its_own(account):
    gateway, invoice = Sessions(account.secrets), an_invoice()

    pages = {
        gateway.open(invoice, unpaid(invoice), page=invoice.page, count=count).url
        for count in (1, 2)
    }

    assert len(pages) == 2
