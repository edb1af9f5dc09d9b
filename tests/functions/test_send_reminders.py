from datetime import UTC, date, datetime, timedelta

import pytest

from invoicing.adapters import items
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations import (
    agenda_table,
    cases_table,
    freezes_table,
    notices_table,
    watch_table,
)
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.cases import Ruling
from invoicing.errors import NotFoundError
from invoicing.freezes import Freeze
from invoicing.notices import News
from invoicing.plans import DEFAULT
from invoicing.reminders import Agenda
from tests import reminding
from tests.books import an_invoice_in_the_books, issue_receipt
from tests.builders import NOON, PARIS, TOKYO, a_buyer, a_case, a_dispute, a_notice, a_seller

pytestmark = pytest.mark.usefixtures("shop")

DUE = datetime(2026, 12, 21, 12, tzinfo=UTC)  # of an invoice of 21 November
DAY_60 = DUE.date() + timedelta(days=60)


@pytest.fixture
def unpaid(shop):  # noqa: ARG001  made after it
    """An invoice that is on the agenda, as it is when its PDF was stored."""
    return an_unpaid_invoice()


def an_unpaid_invoice(**changes: object):
    invoice = an_invoice_in_the_books(**changes)
    agenda = Agenda.first(invoice)
    assert agenda
    items.write_together([agenda_table.plan(agenda)])
    return invoice


def run(*, days):
    return reminding.run(DUE + timedelta(days=days))


def owed(level, number="FA-2026-000001"):
    """The reminder that was owed, None if it was not."""
    try:
        return notices_table.read(a_notice("reminder", number=number, level=level).key)
    except NotFoundError:
        return None


def chase():
    """Let the seller ask again for what a lost dispute took."""
    lost, chased = a_case(a_dispute(status="lost")), Ruling(decision="chase")
    cases_table.change(lost.key, a_seller(), lambda kept: (kept or lost).decided(chased, at=NOON))


def levels():
    return [level for level in range(1, len(DEFAULT) + 1) if owed(level)]


def planned(invoice):
    """What comes next, None if nothing does."""
    return agenda_table.find(invoice)


@pytest.mark.usefixtures("unpaid")
def test_nobody_is_reminded_before_the_first_day():
    run(days=-4)

    assert levels() == []


@pytest.mark.usefixtures("unpaid")
def test_who_has_not_paid_is_reminded_on_each_day_of_the_plan_once():
    for day in range(-4, 62):
        run(days=day)
        run(days=day)

    assert levels() == [1, 2, 3, 4, 5, 6]
    assert owed(1).recipient == "camille@buyer.example"


@pytest.mark.usefixtures("unpaid")
def test_a_paused_seller_reminds_nobody_and_catches_up_when_he_may(shop):
    watch_table.pause("atelier", table=shop["OPERATIONS_TABLE"])
    run(days=-3)
    run(days=1)
    assert levels() == []

    watch_table.resume("atelier", table=shop["OPERATIONS_TABLE"])
    run(days=2)

    assert levels() == [2]


@pytest.mark.usefixtures("unpaid")
def test_days_that_were_missed_are_caught_up_with_one_mail():
    run(days=8)

    assert levels() == [3]
    run(days=9)
    assert levels() == [3]
    run(days=15)
    assert levels() == [3, 4]


def test_the_last_step_is_no_mail_and_waits_for_the_seller(unpaid):
    for day in (30, 45):
        run(days=day)
    arrives(days=45)
    run(days=60)

    assert levels() == [5, 6]
    [waiting] = agenda_table.handed_over("atelier")
    assert (waiting.number, waiting.handed_over_on) == (unpaid.number, DAY_60)
    run(days=61)
    assert levels() == [5, 6]


def test_nothing_is_handed_over_before_the_formal_notice_had_its_time():
    an_unpaid_invoice()

    run(days=45)
    run(days=80)
    assert levels() == [5, 6]
    arrives(days=85)
    run(days=95)
    run(days=99)
    assert handed_over() == []
    run(days=100)

    assert handed_over() == ["FA-2026-000001"]


@pytest.mark.usefixtures("unpaid")
def test_nothing_is_handed_over_while_nobody_knows_whether_the_formal_notice_left():
    notified()
    queued = owed(6)
    notices_table.move(queued, queued.claim("worker", NOON).doubted("no answer", NOON))

    run(days=60)
    assert handed_over() == []
    doubted = owed(6)
    notices_table.move(doubted, doubted.settled(NOON))
    run(days=63)

    assert handed_over() == ["FA-2026-000001"]


@pytest.mark.usefixtures("unpaid")
def test_a_formal_notice_that_was_called_off_is_owed_again_before_the_hand_over():
    notified()
    notices_table.move(owed(6), owed(6).ended("CANCELLED", "it was frozen"))

    run(days=60)

    assert (owed(6).state, handed_over()) == ("QUEUED", [])


def notified():
    """Owe the formal notice on its day."""
    run(days=30)
    run(days=45)
    assert owed(6)


def arrives(*, days):
    """Let the formal notice reach its buyer."""
    told = News(state="DELIVERED", ses_id="ses-1", at=DUE + timedelta(days=days))
    notices_table.move(owed(6), owed(6).told(told))


def handed_over():
    return [each.number for each in agenda_table.handed_over("atelier")]


def test_who_has_paid_is_not_reminded_and_leaves_the_agenda(unpaid):
    issue_receipt("120.00")

    run(days=1)

    assert levels() == []
    assert planned(unpaid).paid_on


def test_who_takes_his_payment_back_is_reminded_from_where_he_was(unpaid):
    run(days=-3)
    issue_receipt("120.00")
    run(days=1)
    issue_receipt("120.00", payment="du_1.withdrawn", kind="dispute_withdrawn")
    chase()
    agenda_table.reopen(unpaid, date(2026, 12, 26), was_settled=True)

    run(days=8)

    assert levels() == [1, 2]


@pytest.mark.usefixtures("unpaid")
def test_who_won_his_money_back_is_not_reminded_before_it_is_booked_back():
    issue_receipt("120.00")
    cases_table.keep(a_case(a_dispute(status="won")), a_seller())
    issue_receipt("120.00", payment="du_1.withdrawn", kind="dispute_withdrawn")

    run(days=1)

    assert levels() == []


def test_a_payment_that_is_taken_back_meanwhile_puts_nobody_to_rest(unpaid, monkeypatch):
    issue_receipt("120.00")
    chase()
    read = book().balance

    def overtaken(invoice):
        balance = read(invoice)
        monkeypatch.setattr(book(), "balance", read)
        issue_receipt("120.00", payment="du_1.withdrawn", kind="dispute_withdrawn")
        return balance

    monkeypatch.setattr(book(), "balance", overtaken)
    run(days=1)

    assert levels() == [2]
    assert planned(unpaid).paid_on is None


@pytest.mark.usefixtures("unpaid")
def test_who_has_paid_a_part_is_reminded():
    issue_receipt("50.00")

    run(days=1)

    assert levels() == [2]


def test_money_that_comes_between_reading_and_claiming_stops_the_reminder(unpaid, monkeypatch):
    read = book().balance

    def overtaken(invoice):
        balance = read(invoice)
        monkeypatch.setattr(book(), "balance", read)
        issue_receipt("120.00")
        return balance

    monkeypatch.setattr(book(), "balance", overtaken)
    run(days=1)

    assert levels() == []
    assert planned(unpaid).paid_on


def test_who_gave_no_address_is_reminded_on_paper_and_the_plan_goes_on():
    invoice = an_unpaid_invoice(buyer={"name": "Camille Moreau", "address": PARIS})

    run(days=1)

    assert (levels(), owed(2).state) == ([2], "PAPER")
    assert planned(invoice).level == 3


def test_several_invoices_of_a_buyer_are_asked_for_in_one_mail():
    for n in (1, 2, 3):
        an_unpaid_invoice(id=f"100{n}")
    an_unpaid_invoice(id="1004", buyer=a_buyer(email="louis@buyer.example").model_dump())

    run(days=1)

    mail = owed(2)
    assert [each.number for each in mail.reminder.invoices] == [f"FA-2026-00000{n}" for n in "123"]
    assert {owed(2, f"FA-2026-00000{n}").state for n in "23"} == {"JOINED"}
    assert owed(2, "FA-2026-000003").within == mail.key
    assert owed(2, "FA-2026-000004").reminder.invoices[0].number == "FA-2026-000004"


def test_what_is_not_due_yet_shares_no_mail_with_what_is_overdue():
    an_unpaid_invoice(id="1001", payment_days=30)
    an_unpaid_invoice(id="1002", payment_days=34)

    run(days=1)

    assert owed(2).reminder.tone == "friendly"
    assert owed(1, "FA-2026-000002").reminder.tone == "ahead"


def test_the_mail_asks_as_firmly_as_the_firmest_of_its_invoices():
    an_unpaid_invoice(id="1001", payment_days=30)
    an_unpaid_invoice(id="1002", payment_days=16)

    run(days=1)

    mail = owed(4, "FA-2026-000002")
    assert mail.reminder.tone == "firm"
    assert [each.level for each in mail.reminder.invoices] == [4, 2]


def test_a_formal_notice_is_of_one_invoice():
    an_unpaid_invoice(id="1001")
    an_unpaid_invoice(id="1002")

    run(days=30)
    run(days=45)

    for number in ("FA-2026-000001", "FA-2026-000002"):
        assert owed(6, number).numbers == (number,)


def test_money_for_one_of_several_leaves_the_others_in_the_mail():
    an_unpaid_invoice(id="1001")
    an_unpaid_invoice(id="1002")
    issue_receipt("120.00")

    run(days=1)

    assert owed(2) is None
    assert owed(2, "FA-2026-000002").numbers == ("FA-2026-000002",)


def test_more_invoices_than_a_transaction_holds_come_in_several_mails():
    for n in range(30):
        an_unpaid_invoice(id=f"1{n:03}")

    run(days=1)

    mails = [each for n in range(1, 31) if (each := owed(2, f"FA-2026-{n:06}")).reminder]
    assert sorted(len(each.numbers) for each in mails) == [6, 24]


def test_nobody_is_written_to_at_night_on_a_sunday_or_on_a_holiday_of_his_country():
    an_unpaid_invoice(buyer=a_buyer(address=TOKYO).model_dump())
    for moment in ("18T09:00", "19T03:00", "20T03:00", "20T22:59", "20T23:00"):
        assert levels() == []
        reminding.run(datetime.fromisoformat(f"2026-12-{moment}Z"))  # nine hours behind Tokyo

    assert levels() == [1]
    assert owed(1).reminder.not_after == datetime(2026, 12, 21, 9, tzinfo=UTC)


def test_christmas_is_no_day_to_write_and_nothing_is_lost_by_it():
    an_unpaid_invoice(payment_days=33)  # due on 24 December, so level 2 comes at Christmas

    for day in range(-4, 12):
        for hour in (-6, 0, 4):
            reminding.run(DUE + timedelta(days=day, hours=hour))

    assert levels() == [1, 2, 3]
    assert owed(2).owed_at.date().isoformat() == "2026-12-28"


def test_the_day_is_the_sellers_own():
    seller = a_seller(zone="Asia/Tokyo")
    sellers().save(seller)
    an_unpaid_invoice(seller=seller)

    # 18 December, the first day of the plan, begins in Tokyo when it is 16 h of the 17th in Paris.
    reminding.run(datetime(2026, 12, 17, 14, 30, tzinfo=UTC))
    assert levels() == []

    reminding.run(datetime(2026, 12, 17, 15, 30, tzinfo=UTC))
    assert levels() == [1]


@pytest.mark.usefixtures("unpaid")
def test_a_seller_without_invoices_keeps_nobody_else_waiting():
    sellers().save(a_seller(id="aaa"))

    run(days=1)

    assert levels() == [2]


def test_an_invoice_that_cannot_be_reminded_keeps_nobody_else_waiting():
    first = an_unpaid_invoice(id="1001")
    lost = Agenda.first(first).model_copy(update={"number": "FA-2026-000009"})
    items.write_together([agenda_table.plan(lost)])
    an_unpaid_invoice(id="1002")

    assert run(days=1) == 1, "the message comes again, and its dead letter rings"

    assert owed(2).numbers == ("FA-2026-000001", "FA-2026-000002")


def freeze(*, until=None):
    by_hand = Freeze(reason="by_hand", since=NOON, until=until)
    freezes_table.change("atelier", "FA-2026-000001", lambda kept: kept.frozen(by_hand))


def lift():
    freezes_table.change("atelier", "FA-2026-000001", lambda kept: kept.lifted("by_hand"))


@pytest.mark.usefixtures("unpaid")
def test_a_frozen_invoice_is_reminded_of_from_the_day_after_the_freeze_is_lifted():
    freeze()
    for day in range(-4, 9):
        run(days=day)
    assert levels() == []

    lift()
    run(days=8)
    assert levels() == []
    run(days=9)

    assert levels() == [3], "what was due meanwhile is caught up with one mail"


@pytest.mark.usefixtures("unpaid")
def test_a_freeze_ends_with_its_last_day():
    freeze(until=DUE.date() + timedelta(days=1))

    run(days=1)
    assert levels() == []
    run(days=2)

    assert levels() == [2]


@pytest.mark.usefixtures("unpaid")
def test_nothing_is_lost_of_an_invoice_that_was_frozen_beyond_the_whole_plan():
    freeze()
    for day in range(-4, 42):
        run(days=day)

    lift()
    run(days=42)

    assert levels() == [5]


@pytest.mark.usefixtures("unpaid")
def test_a_freeze_that_comes_between_reading_and_claiming_stops_the_reminder(monkeypatch):
    read = freezes_table.read

    def overtaken(seller, number):
        found = read(seller, number)
        monkeypatch.setattr(freezes_table, "read", read)
        freeze()
        return found

    monkeypatch.setattr(freezes_table, "read", overtaken)
    run(days=1)
    run(days=1)

    assert levels() == []
