import json
import sys
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import boto3
import pytest
import stripe

from invoicing import refunds
from invoicing.adapters import queues, reconciling
from invoicing.adapters import rounds as product
from invoicing.adapters.operations import (
    holdings_table,
    inbox_index,
    reconciliations_table,
    refunds_table,
)
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.queues import Doorbell, PaymentHint, Round
from invoicing.adapters.stripe import account, bookings, customers, sessions
from invoicing.adapters.stripe.history import Payments
from invoicing.adapters.stripe.sessions import Sessions
from invoicing.errors import NotFoundError
from invoicing.holdings import Holding
from invoicing.payments import unpaid
from invoicing.refunds import Key
from invoicing.telemetry import logger
from tests import aws, rounds
from tests.books import issue_order, issue_receipt
from tests.builders import NOON, RECEIPTS, a_seller, an_invoice, eur
from tests.doors import call, deliver
from tests.roles import somebody_else
from tests.stripe_accounts import checked_out


@pytest.fixture(autouse=True)
def asked(shop):
    """An invoice that somebody may pay; what the queues were told before is read away."""
    issue_order()
    aws.received(shop["PAYMENT_QUEUE"])


def paid(account):
    session = checked_out(account)
    account.pay(session.url)
    return account.intent(session)


def reconcile(at=None):
    """Look at the account; its stand-in lives in real time, so the schedule does too."""
    assert go(at or datetime.now(UTC) + timedelta(seconds=2)) == 0


def go(at):
    """Let an hour's round be made; give how many messages failed."""
    return rounds.go("reconcile_payments", "RECONCILE_QUEUE", at)


def hints(shop):
    return [PaymentHint(**each["body"]) for each in aws.received(shop["PAYMENT_QUEUE"])]


def follow(*found: PaymentHint):
    """Let the hints be followed and the receipts be issued."""
    assert deliver("record_payment", *found) == []
    waiting = inbox().waiting(RECEIPTS, "READY")
    if waiting:
        deliver("issue_document", Doorbell(request=waiting[0]))


def first_look():
    """The first look at an account begins the cursor; what was before is not ours to know."""
    reconcile(datetime.now(UTC) - timedelta(minutes=30))


def the_day_after(hour=4):
    """An hour of tomorrow in the seller's zone."""
    now = datetime.now(a_seller().timezone) + timedelta(days=1)
    return now.replace(hour=hour, minute=0, second=0, microsecond=0).astimezone(UTC)


def report(day=None):
    today = datetime.now(a_seller().timezone).date()
    return reconciliations_table.report("atelier", day or today)


def test_a_payment_that_no_webhook_told_is_found(connected):
    first_look()
    intent = paid(connected)

    reconcile()

    assert [key.source for key in inbox().waiting(RECEIPTS, "READY")] == [intent]


def test_money_that_went_back_unheard_is_found(connected):
    first_look()
    intent = paid(connected)
    follow(PaymentHint(seller="atelier", type="x", object=intent))
    refund = connected.control(f"payment_intents/{intent}/refund", amount=2000)["id"]

    reconcile()

    assert [key.source for key in inbox().waiting(RECEIPTS, "READY")] == [refund]


def test_what_the_journal_has_is_not_asked_for_again(shop, connected):
    first_look()
    follow(PaymentHint(seller="atelier", type="x", object=paid(connected)))

    reconcile()

    assert hints(shop) == []


def test_an_inquiry_that_moved_nothing_is_told_of_too(shop, connected):
    first_look()
    intent = paid(connected)
    follow(PaymentHint(seller="atelier", type="x", object=intent))
    dispute = connected.control(f"payment_intents/{intent}/dispute", inquiry=True)["id"]

    reconcile()

    assert [each.object for each in hints(shop)] == [dispute]


def test_a_day_that_agrees_has_a_report_without_differences(connected):
    first_look()
    follow(PaymentHint(seller="atelier", type="x", object=paid(connected)))

    reconcile(the_day_after())

    found = report()
    [moved] = found.moved
    assert (found.movements, found.different, found.foreign) == (1, 0, 0)
    assert moved.at_stripe == moved.recorded == eur("120.00")
    assert found.account[0].fees == eur("1.80")


def test_a_payment_that_is_found_late_is_no_difference_yet(connected):
    first_look()
    paid(connected)

    reconcile(the_day_after(hour=4))

    with pytest.raises(NotFoundError):
        report()
    deliver("issue_document", Doorbell(request=inbox().waiting(RECEIPTS, "READY")[0]))
    reconcile(the_day_after(hour=5))
    assert report().different == 0


def test_a_payment_that_is_still_missing_at_noon_is_a_difference(connected, capsys):
    first_look()
    intent = paid(connected)

    reconcile(the_day_after(hour=13))

    found = report()
    assert [(each.movement, each.at_stripe, each.recorded) for each in found.differences] == [
        (intent, eur("120.00"), None)
    ]
    assert '"ReconciliationDifferences":[1' in capsys.readouterr().out.replace(" ", "")


def test_money_that_is_not_ours_is_foreign_and_no_difference(connected):
    first_look()
    session = connected.client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "https://shop.example",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 5900,
                        "product_data": {"name": "sold elsewhere"},
                    },
                }
            ],
        }
    )
    connected.pay(session.url)

    reconcile(the_day_after())

    found = report()
    assert (found.different, found.foreign) == (0, 1)
    assert found.foreigners[0].moved == eur("59.00")
    assert found.moved == ()


def test_a_charge_that_is_not_ours_says_so_and_nothing_is_asked_about_it(connected, monkeypatch):
    first_look()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(sessions, "_session", of_another(seller="lampes"))
        intent = paid(connected)
    asked = Mock(side_effect=AssertionError)
    monkeypatch.setattr(Payments, "belongs", asked)
    monkeypatch.setattr(Payments, "of", asked)

    reconcile(the_day_after())

    assert [each.payment for each in report().foreigners] == [intent]


def of_another(**whose):
    """Sell as a neighbour does who shares the account."""
    session = sessions._session  # noqa: SLF001  what it asks for, but for whose it is

    def made(invoice, due, page):
        wanted = session(invoice, due, page)
        said = {f"facturier_{name}": value for name, value in whose.items()}
        wanted["payment_intent_data"]["metadata"] |= said
        return wanted

    return made


def test_who_paid_what_is_not_in_the_books_keeps_no_other_payment_from_them(connected, monkeypatch):
    first_look()
    ours = paid(connected)
    monkeypatch.setattr(sessions, "_session", of_another(invoice="FA-2019-000042"))
    lost = paid(connected)

    reconcile(the_day_after(hour=13))

    assert [key.source for key in inbox().waiting(RECEIPTS, "READY")] == [ours]
    assert lost in [each.movement for each in report().differences]


def test_a_day_that_is_not_over_has_no_report(connected):
    first_look()
    paid(connected)

    reconcile()

    with pytest.raises(NotFoundError):
        report()


def test_days_that_were_missed_are_made_up_for(connected):
    first_look()
    paid(connected)

    reconcile(the_day_after(hour=13) + timedelta(days=2))

    days = [report().day + timedelta(days=n) for n in range(3)]
    assert [reconciliations_table.report("atelier", each).day for each in days] == days


@pytest.fixture(params=[stripe.AuthenticationError, stripe.PermissionError])
def revoked(request, shop, monkeypatch):
    """A seller before ours in the list whose key Stripe refuses."""
    sellers().save(a_seller(id="abat-jour"))
    boto3.client("secretsmanager", aws.REGION).create_secret(
        Name=f"{shop['SECRETS_PREFIX']}/sellers/abat-jour/stripe",
        SecretString=json.dumps({"api_key": "rk_revoked", "webhook_secrets": []}),
    )
    booked = bookings.booked

    def refused(secrets, **span):
        if secrets.api_key.get_secret_value() == "rk_revoked":
            raise request.param("no longer yours")
        return booked(secrets, **span)

    monkeypatch.setattr(bookings, "booked", refused)
    return "abat-jour"


def test_a_key_that_is_refused_fails_once_an_hour_and_is_no_dead_letter(
    connected, revoked, capsys, monkeypatch
):
    monkeypatch.setattr(logger.registered_handler, "stream", sys.stdout)
    first_look_of_others = datetime.now(UTC) - timedelta(minutes=30)
    assert go(first_look_of_others) == 1
    intent, now = paid(connected), datetime.now(UTC) + timedelta(seconds=2)

    assert go(now) == 1

    assert [key.source for key in inbox().waiting(RECEIPTS, "READY")] == [intent]
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["seller"] for line in told if line.get("level") == "WARNING"} == {revoked}
    again = Round(at=now, seller=revoked)
    assert deliver("reconcile_payments", again, receives=2) == []


@pytest.mark.usefixtures("connected")
def test_an_account_that_is_silent_comes_again_until_it_is_a_dead_letter(monkeypatch):
    first_look()
    monkeypatch.setenv("STRIPE_API_BASE", "http://127.0.0.1:9")
    account._client.cache_clear()  # noqa: SLF001  the address is read when the client is made
    now = datetime.now(UTC)

    assert go(now) == 1

    assert deliver("reconcile_payments", Round(at=now, seller="atelier"), receives=5) == [0]


def test_every_account_is_read_however_many_there_are_though_a_page_dies(connected, monkeypatch):
    monkeypatch.setattr(product, "PAGE", 2)
    for n in range(5):
        sellers().save(a_seller(id=f"a-{n}"))
    first_look()
    intent, now = paid(connected), datetime.now(UTC) + timedelta(seconds=2)
    with monkeypatch.context() as dying:
        dying.setattr(queues, "go_round", lambda *_: 1 / 0)
        assert deliver("reconcile_payments", Round(at=now)) == [0]

    assert go(now) == 0

    assert [key.source for key in inbox().waiting(RECEIPTS, "READY")] == [intent]


def cursor():
    return reconciliations_table.cursor("atelier")


def meanwhile(monkeypatch, name, what):
    """Let something happen before the next call of a function of the table, then call it."""
    called = getattr(reconciliations_table, name)

    def interrupted(*said: object):
        monkeypatch.setattr(reconciliations_table, name, called)
        with somebody_else():
            what()
        return called(*said)

    monkeypatch.setattr(reconciliations_table, name, interrupted)


@pytest.mark.usefixtures("connected")
@pytest.mark.parametrize("first", [True, False])
def test_a_run_that_is_overtaken_never_moves_the_cursor_back(monkeypatch, first):
    if not first:
        first_look()
    late, early = the_day_after(hour=6), the_day_after(hour=5)
    meanwhile(monkeypatch, "move", lambda: reconcile(late))

    reconcile(early)

    yesterday = late.astimezone(a_seller().timezone).date() - timedelta(days=1)
    assert (cursor().until, cursor().day) == (late, yesterday)


def test_a_message_that_comes_after_a_later_one_reads_nothing(connected, monkeypatch):
    first_look()
    reconcile(the_day_after(hour=6))
    read = cursor()
    monkeypatch.setattr(bookings, "booked", Mock(side_effect=AssertionError))

    assert deliver("reconcile_payments", Round(at=the_day_after(hour=5), seller="atelier")) == []
    assert deliver("reconcile_payments", Round(at=the_day_after(hour=6), seller="atelier")) == []

    assert cursor() == read
    assert connected.sessions() == []


def test_a_day_is_counted_once_by_two_runs_and_the_first_report_stays(
    connected, monkeypatch, capsys
):
    first_look()
    paid(connected)
    noon, later = the_day_after(hour=13), the_day_after(hour=14)
    meanwhile(monkeypatch, "save", lambda: reconcile(noon))

    reconcile(later)

    assert report().made_at == noon
    told = capsys.readouterr().out.replace(" ", "")
    assert told.count('"ReconciliationDifferences":[1') == 1


def test_a_day_whose_report_its_own_run_has_kept_before_is_counted(connected, monkeypatch, capsys):
    """So it is where the SDK tries a write again, and where a worker died before it counted."""
    first_look()
    paid(connected)
    save = reconciliations_table.save
    monkeypatch.setattr(reconciliations_table, "save", lambda each: (save(each), save(each)))

    reconcile(the_day_after(hour=13))

    told = capsys.readouterr().out.replace(" ", "")
    assert told.count('"ReconciliationDifferences":[1') == 1


def test_a_day_that_its_seller_settled_is_not_laid_before_him_again(connected, monkeypatch):
    first_look()
    paid(connected)
    read = cursor()
    reconcile(the_day_after(hour=13))
    reconciliations_table.settle(report())
    monkeypatch.setattr(reconciliations_table, "cursor", lambda _: read)  # as the slower one knew

    reconcile(the_day_after(hour=14))

    assert reconciliations_table.differing("atelier", after=None, limit=9) == ([], None)


def test_what_differs_is_told_before_the_next_day_is_kept(connected, monkeypatch, capsys):
    """Who dies later has told it; nobody else would."""
    first_look()
    paid(connected)
    told = []
    monkeypatch.setattr(reconciling, "_give_back", lambda *_: told.append(capsys.readouterr().out))

    reconcile(the_day_after(hour=13) + timedelta(days=2))

    assert '"ReconciliationDifferences":[1' in told[1].replace(" ", "")


def test_a_receipt_of_money_that_stripe_never_had_is_a_difference(connected):
    first_look()
    follow(PaymentHint(seller="atelier", type="x", object=paid(connected)))
    issue_receipt("7.00", "pi_unheard", at=datetime.now(UTC))

    reconcile(the_day_after(hour=13))

    found = report()
    assert [(each.movement, each.at_stripe, each.recorded) for each in found.differences] == [
        ("pi_unheard", None, eur("7.00"))
    ]
    [moved] = found.moved
    assert (moved.at_stripe, moved.recorded) == (eur("120.00"), eur("127.00"))


@pytest.mark.usefixtures("connected")
def test_a_transfer_to_the_sellers_own_bank_is_none_of_stripes():
    first_look()
    issue_receipt("7.00", "bank_REF1", at=datetime.now(UTC))

    reconcile(the_day_after(hour=13))

    assert report().different == 0


def test_what_stripe_booked_on_another_day_is_looked_up_there(connected):
    first_look()
    later = datetime.now(UTC) + timedelta(days=2)
    issue_receipt("120.00", paid(connected), at=later)

    reconcile(the_day_after(hour=13) + timedelta(days=2))

    day = later.astimezone(a_seller().timezone).date()
    assert [each.different for each in (report(), report(day))] == [0, 0]


@pytest.fixture
def transferring(connected):
    """A buyer who was told where to transfer 120.00 to."""
    first_look()
    customer = customers.of_buyer(connected.secrets, an_invoice())
    Sessions(connected.secrets).ask_for_transfer(
        an_invoice(), unpaid(an_invoice()), page=an_invoice().page, count=1, customer=customer
    )
    return customer


def asked_for(account):
    """Give the payment that waits for a transfer."""
    [payment] = account.client.v1.payment_intents.list().data
    return payment.id


def test_a_transfer_that_no_webhook_told_is_found(shop, connected, transferring):
    connected.control(f"customers/{transferring}/fund", amount=5_000)
    reconcile()
    told = {each.object for each in hints(shop)}
    connected.control(f"customers/{transferring}/fund", amount=7_000)

    reconcile(datetime.now(UTC) + timedelta(seconds=4))

    intent = asked_for(connected)
    assert told == {intent, transferring}
    assert [key.source for key in inbox().waiting(RECEIPTS, "READY")] == [intent]


def test_what_stripe_holds_is_told_to_the_cent_until_it_is_applied(shop, connected, transferring):
    connected.control(f"customers/{transferring}/fund", amount=5_001)
    reconcile()
    follow(*hints(shop))
    reconcile(the_day_after())
    in_part = report()

    connected.control(f"customers/{transferring}/fund", amount=7_100)
    follow(*hints(shop), PaymentHint(seller="atelier", type="x", object=transferring))
    reconcile(the_day_after() + timedelta(days=1))
    over = report(in_part.day + timedelta(days=1))

    [part] = in_part.holdings
    intent = asked_for(connected)
    assert (part.amount, part.payment, part.invoice) == (eur("50.01"), intent, "FA-2026-000001")
    assert in_part.unapplied == (eur("50.01"),)
    assert [(each.amount, each.payment) for each in over.holdings] == [(eur("1.01"), None)]
    [task] = call("serve_tasks", "GET", "/v1/tasks").json["tasks"]
    told = (task["kind"], task["about"], task["amount"]["amount"], task["href"])
    day = in_part.day + timedelta(days=1)
    assert told == ("held_money", transferring, "1.01", f"/v1/reconciliations/{day}")
    assert over.different == 0


def test_free_cash_goes_back_by_rule_once_for_each_time_that_it_moved(connected, transferring):
    sellers().save(a_seller(overpayments="refunded"))
    connected.control(f"customers/{transferring}/fund", amount=15_000)
    follow(PaymentHint(seller="atelier", type="x", object=transferring))
    follow(PaymentHint(seller="atelier", type="x", object=asked_for(connected)))

    for days in range(3):  # its worker never comes, so the cash stays
        reconcile(the_day_after(hour=13) + timedelta(days=days))

    waiting = [each for each in inbox_index.undone() if isinstance(each.key, Key)]
    [held] = [refunds_table.read(each.key) for each in waiting]
    assert (held.amount, held.customer, held.invoice) == (
        eur("30.00"),
        transferring,
        "FA-2026-000001",
    )


@pytest.mark.usefixtures("connected")
def test_what_waited_for_the_sellers_account_is_made_when_that_is_read():
    found = Holding(customer="cus_1", amount=eur("30.00"), invoice="FA-2026-000001", since=NOON)
    waiting = refunds.of_holding(found, seller="atelier", at=NOON).waiting()
    refunds_table.accept(waiting)

    reconcile(the_day_after())

    assert refunds_table.read(waiting.key).state == "QUEUED"


def test_free_cash_that_came_after_the_day_waits_for_the_report_of_its_own(connected, transferring):
    sellers().save(a_seller(overpayments="refunded"))
    connected.control(f"customers/{transferring}/fund", amount=15_000)
    follow(PaymentHint(seller="atelier", type="x", object=asked_for(connected)))
    night = the_day_after(hour=13)
    holdings_table.hear("atelier", transferring, at=night - timedelta(hours=12))

    owed = []
    for days in range(2):
        reconcile(night + timedelta(days=days))
        owed.append([each for each in inbox_index.undone() if isinstance(each.key, Key)])

    assert [len(each) for each in owed] == [0, 1]
    assert report().unapplied == (eur("30.00"),)


@pytest.mark.usefixtures("transferring")
def test_what_was_told_of_a_transfer_is_read_again_an_hour_later(shop, connected):
    begun = datetime.now(UTC)
    reconcile(begun + timedelta(seconds=2))
    first = {each.object for each in hints(shop)}

    reconcile(begun + timedelta(hours=1, seconds=1))

    assert asked_for(connected) in first
    assert asked_for(connected) in {each.object for each in hints(shop)}


def test_who_holds_nothing_any_more_is_not_asked_about_again(connected, transferring):
    connected.control(f"customers/{transferring}/fund", amount=12_000)
    follow(PaymentHint(seller="atelier", type="x", object=transferring))

    reconcile(the_day_after(hour=13))

    assert report().holdings == ()
    assert list(holdings_table.of_seller("atelier")) == []


def test_cash_that_moves_while_it_is_read_is_not_forgotten(transferring):
    follow(PaymentHint(seller="atelier", type="x", object=transferring))
    [read] = holdings_table.of_seller("atelier")
    holdings_table.hear("atelier", transferring, at=read.heard_at + timedelta(seconds=1))

    holdings_table.forget(read)

    assert len(list(holdings_table.of_seller("atelier"))) == 1


def test_the_cash_of_another_sellers_buyer_in_the_same_account_is_not_told(connected):
    first_look()
    other = connected.client.v1.customers.create({"metadata": {"facturier_seller": "lampes"}}).id
    connected.control(f"customers/{other}/fund", amount=500)
    for name in (other, "cus_nobody"):
        follow(PaymentHint(seller="atelier", type="x", object=name))

    reconcile(the_day_after())

    assert report().holdings == ()
