from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from email.policy import default

import pytest

from invoicing.adapters import queues
from invoicing.adapters import rounds as product
from invoicing.adapters.mails import correspondence
from invoicing.adapters.operations import (
    cases_table,
    digests_table,
    notices_table,
    reconciliations_table,
)
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.paper import renderer
from invoicing.adapters.queues import Round
from invoicing.errors import NotFoundError
from invoicing.late_payment_notes import LatePaymentClaim
from invoicing.money import Money
from invoicing.notices import Key
from invoicing.reconciliations import AccountTotal
from tests import rounds
from tests.books import PDF, issue_late_payment, issue_order_at, issue_receipt, owe
from tests.builders import PARIS, a_case, a_dispute, a_notice, a_reminder, a_seller
from tests.doors import deliver
from tests.functions.test_serve_tasks import a_report, hold, notify, rendered

pytestmark = pytest.mark.usefixtures("shop")

MORNING = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)  # half past seven in Paris
EVENING = datetime(2026, 11, 21, 17, tzinfo=UTC)


def owed(day="2026-11-22", seller="atelier"):
    try:
        return notices_table.read(Key(seller=seller, number=day, occasion="digest"))
    except NotFoundError:
        return None


def run(at=MORNING):
    return rounds.go("send_digests", "DIGEST_QUEUE", at)


def mail(notice):
    return message_from_bytes(correspondence.letter(notice), policy=default)


def test_in_the_morning_the_seller_is_told_what_waits_and_what_happened():
    hold("1002")
    issue_order_at(EVENING)
    issue_receipt("120.00", at=EVENING)
    reminder = owe(a_notice("reminder", level=2).model_copy(update={"owed_at": EVENING}))
    owe(reminder.joined_by(a_notice("reminder", number="FA-2026-000002", level=2).key))

    run()

    notice = owed()
    assert (notice.recipient, notice.state) == ("bonjour@atelier.example", "QUEUED")
    text = mail(notice).get_body(("plain",)).get_content()
    assert "1002 : 21 nov. 2026" in text.replace("\xa0", " ")
    assert "Factures (1) : 120,00 €" in text.replace("\xa0", " ").replace("\u202f", " ")
    assert "Paiements reçus (1)" in text.replace("\xa0", " ")
    assert "Relances : 1" in text.replace("\xa0", " ")
    assert "Camille" not in text


def test_a_consumer_of_whom_too_much_was_claimed_waits_in_the_digest(monkeypatch):
    monkeypatch.setattr(renderer, "files", lambda _document, _logo: [PDF])
    consumer = {"name": "Camille Moreau", "address": PARIS, "email": "camille@buyer.example"}
    issue_order_at(datetime(2026, 10, 1, 12, tzinfo=UTC), buyer=consumer)
    notify(datetime(2026, 10, 20, 12, tzinfo=UTC))
    claim = LatePaymentClaim(id="P-1")
    rendered(issue_late_payment("FA-2026-000001", "P-1", claim=claim))
    rendered(issue_receipt("60.00", arrived_at=datetime(2026, 11, 10, 12, tzinfo=UTC)))

    run()

    assert waits() == ["overclaimed"]


def test_a_reminder_on_paper_waits_in_the_digest_unless_a_dispute_took_the_money():
    issue_order_at(EVENING)
    owe(a_reminder().model_copy(update={"state": "PAPER", "recipient": ""}))
    run()
    assert waits() == ["paper"]

    issue_receipt("120.00")
    issue_receipt("120.00", payment="du_1.withdrawn", kind="dispute_withdrawn")
    cases_table.keep(a_case(a_dispute(status="won")), a_seller())
    run(MORNING + timedelta(days=1))

    assert waits("2026-11-23") == []


def waits(day="2026-11-22"):
    return [each.kind for each in digests_table.read("atelier", day).waiting]


def test_nobody_is_woken_up_before_the_morning_or_told_twice():
    hold("1002")
    run(MORNING - timedelta(hours=1))
    assert owed() is None

    run()
    first = digests_table.read("atelier", "2026-11-22")
    run(MORNING + timedelta(hours=1))

    assert digests_table.read("atelier", "2026-11-22") == first


def test_a_quiet_day_has_no_mail_and_is_not_looked_at_again():
    run()
    hold("1002")
    run(MORNING + timedelta(hours=1))

    assert owed() is None
    assert digests_table.read("atelier", "2026-11-22").is_quiet


def test_what_happened_on_a_morning_that_was_missed_is_told_the_next():
    run()
    issue_order_at(MORNING + timedelta(hours=1))

    run(MORNING + timedelta(days=3))

    assert owed("2026-11-25")
    assert [each.kind for each in digests_table.read("atelier", "2026-11-25").happened] == [
        "invoice"
    ]


def test_a_payout_is_told_though_the_report_of_its_day_came_days_later():
    run()
    eur = Money(Decimal(0), "EUR")
    paid_out = AccountTotal(net=eur, fees=eur, paid_out=Money(Decimal(500), "EUR"))
    made_at = MORNING + timedelta(days=5)
    late = {"day": date(2026, 11, 21), "made_at": made_at, "account": (paid_out,)}
    run(MORNING + timedelta(days=4))
    reconciliations_table.save(a_report(different=0).model_copy(update=late))

    run(MORNING + timedelta(days=6))

    told = digests_table.read("atelier", "2026-11-28").happened
    assert [(each.kind, each.amount) for each in told] == [("payout", paid_out.paid_out)]


def test_what_is_written_down_after_its_time_is_told_once_the_next_day():
    hold("1002")
    issue_order_at(MORNING - timedelta(hours=2), id="1")
    issue_order_at(MORNING - timedelta(seconds=1), id="2")
    run()
    issue_order_at(MORNING - timedelta(milliseconds=1), id="3")  # by a clock, or a slow commit

    run(MORNING + timedelta(days=1))

    days = (digests_table.read("atelier", each) for each in ("2026-11-22", "2026-11-23"))
    assert [[row.count for row in each.happened] for each in days] == [[1], [2]]


def test_a_seller_says_where_his_digest_goes_or_that_he_wants_none():
    sellers().save(a_seller(digest_email="night@atelier.example"))
    sellers().save(a_seller(id="lampes", digest="none"))
    hold("1002")

    run()

    assert owed().recipient == "night@atelier.example"
    assert owed(seller="lampes") is None
    with pytest.raises(NotFoundError):
        digests_table.read("lampes", "2026-11-22")


def test_every_seller_is_told_however_many_there_are_though_a_page_dies(monkeypatch):
    monkeypatch.setattr(product, "PAGE", 2)
    for n in range(5):
        sellers().save(a_seller(id=f"shop-{n}"))
    with monkeypatch.context() as dying:
        dying.setattr(queues, "go_round", lambda *_: 1 / 0)
        assert deliver("send_digests", Round(at=MORNING)) == [0]

    assert run() == 0

    assert all(digests_table.last(f"shop-{n}") for n in range(5))


def test_one_seller_that_cannot_be_told_keeps_no_other_waiting(monkeypatch):
    sellers().save(a_seller(id="lampes"))
    hold("1002")
    read = sellers().read

    def broken(seller_id):
        if seller_id == "lampes":
            raise NotFoundError(seller_id)
        return read(seller_id)

    monkeypatch.setattr(sellers(), "read", broken)

    assert run() == 1
    assert owed()


def test_two_runs_at_once_owe_one_mail(monkeypatch):
    hold("1002")
    monkeypatch.setattr(digests_table, "last", lambda _: None)  # what the slower one had read

    run()
    run()

    assert owed()
