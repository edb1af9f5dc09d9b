import json
from datetime import timedelta

import pytest

from cli import __main__ as facturier
from cli.erasure import erase
from cli.stack import Stack
from invoicing import returns
from invoicing.adapters import items
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import cases_table, notices_table, returns_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.cases import Ruling
from invoicing.errors import Reason
from invoicing.notices import News
from tests import aws
from tests.books import an_invoice_in_the_books, owe
from tests.builders import (
    NOON,
    a_case,
    a_claim,
    a_key,
    a_notice,
    a_request,
    a_seller,
    an_order_body,
)
from tests.deployments import the_stack

HELD = (Reason(code="unusual_amount", message="It is large."),)
EMAIL = "camille@buyer.example"


@pytest.fixture
def stack(shop, monkeypatch):
    stack = the_stack(shop)
    monkeypatch.setattr(Stack, "find", lambda _: stack)
    return stack


@pytest.fixture
def invoice(stack):  # noqa: ARG001  made after it
    return an_invoice_in_the_books()


def forget(stack, email=EMAIL):
    return erase("atelier", email, stack, at=NOON + timedelta(days=30))


def a_mail_that_bounced():
    notice = owe(a_notice())
    bounced = notice.told(News(state="BOUNCED", ses_id="ses-1", reason="Permanent", at=NOON))
    notices_table.move(notice, bounced)
    items.write_together([returns_table.keep(returns.of(bounced))])
    return bounced


def a_claim_that_was_closed():
    case = a_case(a_claim(message="Canaris bleus", email="camille@elsewhere.example"))
    case = case.answered("Chère Camille", at=NOON, level=1)
    return cases_table.keep(case.decided(Ruling(decision="close"), at=NOON), a_seller())


def test_what_is_over_names_the_buyer_no_more(stack, invoice):
    bounced = a_mail_that_bounced()
    a_claim_that_was_closed()
    inbox().accept(a_request(id="1002").held(HELD))

    told = forget(stack, "Camille@Buyer.example ")

    assert told["erased"] == {"mails": 1, "claims": 1, "orders": 1, "returned_mails": 1}
    assert told["kept"]["invoices"] == [invoice.number]
    left = str(aws.items("Operations"))
    assert not [word for word in ("amille", "Canaris", "buyer.example") if word in left]
    assert inbox().read(a_key("1002")).state == "CANCELLED"
    assert notices_table.read(bounced.key).state == "BOUNCED"


def test_what_the_law_keeps_is_as_it_was_sealed(stack, invoice):
    a_mail_that_bounced()
    before = aws.items("Ledger")

    forget(stack)

    assert aws.items("Ledger") == before
    assert book().invoice(a_seller(), invoice.number).draft.buyer.email == EMAIL


@pytest.mark.usefixtures("invoice")
def test_nobody_writes_again_to_who_did_not_want_it(stack):
    a_mail_that_bounced()

    forget(stack)

    assert returns_table.holds("atelier", EMAIL)
    [listed], _ = returns_table.page("atelier", after=None, limit=2)
    assert (listed.hint, listed.reason) == ("erased", None)


def test_what_is_under_way_stays_until_it_is_over_and_is_named(stack, invoice):
    notice = owe(a_notice())
    case = cases_table.keep(a_case(a_claim()), a_seller())
    inbox().accept(a_request(id="1002"))

    told = forget(stack)

    assert set(told["erased"].values()) == {0}
    assert told["kept"] == {
        "invoices": [invoice.number],
        "mails_under_way": [str(notice.key)],
        "open_cases": [case.key.id],
        "orders_under_way": ["1002"],
    }


def test_a_held_order_is_his_whichever_of_its_addresses_he_has(stack):
    buyer = an_order_body()["buyer"] | {"email": "office@other.example", "fallback_email": EMAIL}
    inbox().accept(a_request(id="1002", buyer=buyer).held(HELD))

    assert forget(stack)["erased"]["orders"] == 1
    assert inbox().read(a_key("1002")).state == "CANCELLED"


@pytest.mark.usefixtures("stack")
@pytest.mark.parametrize("nothing", ["", " ", "camille"])
def test_what_is_no_address_forgets_nobody(nothing, capsys):
    an_invoice_in_the_books()
    a_mail_that_bounced()
    before = aws.items("Operations")

    with pytest.raises(SystemExit) as refused:
        facturier.main(["erase", nothing, "--seller", "atelier"])

    assert refused.value.code == 2
    assert "an e-mail address is needed" in capsys.readouterr().err
    assert aws.items("Operations") == before


def test_what_the_law_keeps_is_named_again_and_without_any_mail(stack, invoice):
    before = forget(stack)["kept"]
    a_mail_that_bounced()
    forget(stack)

    assert before["invoices"] == forget(stack)["kept"]["invoices"] == [invoice.number]
    assert forget(stack, "somebody@elsewhere.example")["kept"]["invoices"] == []


@pytest.mark.usefixtures("invoice")
def test_erased_twice_is_erased_once(stack):
    a_mail_that_bounced()
    a_claim_that_was_closed()
    forget(stack)
    before = aws.items("Operations")

    told = forget(stack)

    assert told["erased"] == {"mails": 0, "claims": 0, "orders": 0, "returned_mails": 0}
    assert aws.items("Operations") == before


@pytest.mark.usefixtures("invoice", "neighbour")
def test_another_buyer_and_another_seller_keep_theirs(stack):
    a_mail_that_bounced()
    before = aws.items("Operations")

    forget(stack, "camille@other.example")
    erase("lampes", EMAIL, stack, at=NOON)

    assert aws.items("Operations") == before


@pytest.mark.usefixtures("invoice")
def test_the_command_tells_what_went_and_what_stays(capsys):
    a_mail_that_bounced()

    assert facturier.main(["erase", EMAIL, "--seller", "atelier"]) == 0

    assert json.loads(capsys.readouterr().out)["erased"]["mails"] == 1


@pytest.mark.usefixtures("stack")
def test_a_seller_that_there_is_not_is_told(capsys):
    assert facturier.main(["erase", EMAIL, "--seller", "nobody"]) == 2
    assert "none of this name" in capsys.readouterr().err
