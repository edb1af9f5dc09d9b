"""The restore drill: the books leave one deployment as a bundle and come back in another."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from local.demo import auditor, clockwork
from local.demo.buyer import Buyer, occasion
from local.demo.operator_desk import CommandFailedError, facturier
from local.demo.shop import Shop
from local.stack import beside
from tests.running import wait_for
from tests.sales import an_order, sold

SELLER = "drill"


@pytest.fixture(scope="module")
def shop(open_shop):
    return open_shop(SELLER)


@pytest.fixture(scope="module")
def sale(stack, shop):
    """Some sales, one of which was paid and another partly given back."""
    sales = [sold(stack, shop, "french-consumer") for _ in range(3)]
    sales[0].buyer.pay_by_card(sales[0].link)
    credit = {"id": "back", "reason": "Retour", "amount": "10.00"}
    shop.credit(sales[1].number, credit).raise_for_status()
    shop.credited(sales[1].number, "back")
    clockwork.until_quiet(stack)
    close_the_day(stack)
    return sales[0]


def close_the_day(stack):
    """Close this seller's books alone: what he issues from now on is of tomorrow."""
    tomorrow = datetime.now(UTC) + timedelta(days=1, hours=2)
    message = json.dumps({"seller": SELLER, "at": tomorrow.isoformat()})
    stack.client("sqs").send_message(
        QueueUrl=stack.resources["LedgersToClose"], MessageBody=message
    )
    clockwork.until_quiet(stack)


@pytest.fixture(scope="module")
def bundle(stack, sale, tmp_path_factory):  # noqa: ARG001  exported after it
    file = tmp_path_factory.mktemp("drill") / "books.zip"
    facturier(stack, "export", "--seller", SELLER, "--output", file)
    return file


@pytest.fixture(scope="module")
def restored(stack, built, bundle):
    """An empty deployment into which the bundle was restored."""
    mails = {"SesEndpoint": stack.mailbox_url}
    with beside(stack, built, name="restored", parameters=mails) as elsewhere:
        facturier(stack, "--stack", "restored", "restore", bundle)
        yield elsewhere


def fingerprint(stack, name):
    told = facturier(stack, "--stack", name, "fingerprint", "--seller", SELLER)
    return json.loads(told)


@pytest.fixture(scope="module")
def reopened(stack, restored):
    """The shop, with a key for the deployment elsewhere."""
    told = facturier(stack, "--stack", "restored", "key", "create", SELLER, "--scope", "admin")
    return Shop(restored.api_url, json.loads(told)["key"])


def test_the_bundle_holds_for_who_has_only_python(bundle):
    verdict = auditor.verified(bundle)

    assert verdict.named == []
    counts = {kind: each["documents"] for kind, each in verdict.series.items()}
    assert counts.pop("closing") >= 1
    assert counts == {"invoice": 3, "credit_note": 1, "receipt": 1, "late_payment": 0}


@pytest.mark.usefixtures("restored")
def test_both_have_the_same_fingerprint(stack):
    assert fingerprint(stack, "restored") == fingerprint(stack, "facturier")


def test_the_restored_api_serves_the_same_bytes(shop, reopened, sale):
    for kind in ("pdf", "xml"):
        assert reopened.file(sale.number, kind) == shop.file(sale.number, kind)
    assert reopened.invoice(sale.number) == shop.invoice(sale.number)


def test_the_same_order_is_the_same_order_there(reopened, sale):
    answer = reopened.post(sale.order)

    assert answer.status_code == 202
    assert reopened.order(sale.order["id"])["invoice"]["number"] == sale.number
    assert reopened.post(sale.order | {"note": "another"}).status_code == 409


def test_numbers_go_on_where_they_were(stack, reopened, sale):
    order = an_order()
    reopened.post(order)

    number = reopened.until(order["id"], "done")["invoice"]["number"]

    same_year = number[3:7] == sale.number[3:7]
    assert int(number[-6:]) == (int(sale.number[-6:]) + 3 if same_year else 1)
    Buyer(stack, order["buyer"]["email"]).await_mail(occasion("invoice", number))


def test_nobody_is_mailed_what_was_brought_back(stack, restored, reopened, sale):
    told = reopened.get(f"/v1/invoices/{sale.number}/timeline").json()["events"]
    [mail] = [each for each in told if each.get("occasion") == "invoice"]
    for queue in ("DocumentsToRender", "NoticesToDeliver"):
        wait_for(lambda queue=queue: not clockwork.messages(stack, restored.resources[queue]))

    assert (mail["state"], mail["attempts"]) == ("cancelled", 0)
    mails = [each for each in sale.buyer.mails() if occasion("invoice", sale.number)(each)]
    assert len(mails) == 1


@pytest.mark.usefixtures("restored")
def test_books_are_never_restored_over_books(stack, bundle):
    with pytest.raises(CommandFailedError, match="has begun here"):
        facturier(stack, "--stack", "restored", "restore", bundle)
