from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from invoicing import returns
from invoicing.adapters import http_cursors, items
from invoicing.adapters.operations import (
    agenda_table,
    cases_table,
    notices_table,
    reconciliations_table,
    returns_table,
)
from invoicing.adapters.operations.agenda_index import Mark
from invoicing.adapters.operations.requests_table import inbox
from invoicing.errors import Reason
from invoicing.late_payment_notes import LatePaymentClaim, Withdrawal
from invoicing.notices import News
from invoicing.reconciliations import Reconciliation
from invoicing.reminders import Agenda
from tests.aws import received
from tests.books import (
    an_invoice_in_the_books,
    issue_late_payment,
    issue_order_at,
    issue_receipt,
    owe,
)
from tests.builders import NOON, PARIS, a_case, a_notice, a_reminder, a_request, a_seller
from tests.doors import call, deliver

pytestmark = pytest.mark.usefixtures("shipped", "shop")

HELD = (Reason(code="unusual_amount", message="It is 100 times the largest."),)


def hold(*names: str) -> None:
    for name in names:
        inbox().accept(a_request(id=name).held(HELD))


def a_report(different: int = 1) -> Reconciliation:
    nothing = {"moved": (), "account": (), "differences": (), "foreign": 0, "foreigners": ()}
    return Reconciliation(
        seller="atelier",
        day=date(2026, 11, 20),
        made_at=NOON,
        movements=1,
        different=different,
        **nothing,
    )


def in_doubt(**changes: object):
    notice = owe(a_notice("reminder", level=1, **changes))
    doubted = notice.claim("worker", NOON).doubted("the answer was lost", NOON)
    notices_table.move(notice, doubted)
    return doubted


def listed(**query: str) -> list[tuple[str, str]]:
    answer = call("serve_tasks", "GET", "/v1/tasks", query=query).json
    assert answer["cursor"] is None
    return [(each["kind"], each["about"]) for each in answer["tasks"]]


def test_all_that_waits_for_the_seller_stands_in_one_list():
    hold("1002")
    an_invoice_in_the_books()
    cases_table.keep(a_case(), a_seller())
    bounced = owe(a_notice()).told(News(state="BOUNCED", ses_id="ses-1", at=NOON))
    items.write_together([returns_table.keep(returns.of(bounced))])
    in_doubt()
    reconciliations_table.save(a_report())

    assert listed() == [
        ("held_order", "1002"),
        ("case", "FA-2026-000001"),
        ("returned_mail", "FA-2026-000001"),
        ("mail", "FA-2026-000001"),
        ("difference", "2026-11-20"),
    ]


def test_a_page_goes_on_where_the_one_before_it_ended_whatever_kind_that_was():
    hold("1001", "1002", "1003")
    in_doubt(number="FA-2026-000001")
    in_doubt(number="FA-2026-000002")
    reconciliations_table.save(a_report())

    seen, query = [], {"limit": "2"}
    while True:
        answer = call("serve_tasks", "GET", "/v1/tasks", query=query).json
        assert len(answer["tasks"]) <= 2
        seen += [each["about"] for each in answer["tasks"]]
        if not answer["cursor"]:
            break
        query["cursor"] = answer["cursor"]

    numbers = ["FA-2026-000001", "FA-2026-000002"]
    assert seen == ["1001", "1002", "1003", *numbers, "2026-11-20"]


def test_what_was_decided_elsewhere_is_no_task_any_more():
    hold("1001")
    doubted = in_doubt()
    cancelled = {"reason": "test"}
    call("decide_order", "POST", "/v1/orders/1001/cancel", body=cancelled)
    notices_table.move(doubted, doubted.told(News(state="DELIVERED", ses_id="1", at=NOON)))

    assert listed() == []


def test_a_day_without_differences_is_no_task():
    reconciliations_table.save(a_report(different=0))

    assert listed() == []


def test_money_that_came_twice_is_owed_until_it_went_back(shop):
    an_invoice_in_the_books()
    for payment in ("pi_1", "pi_2"):
        rendered(issue_receipt(payment=payment))
    assert listed() == [("owed", "FA-2026-000001")]
    assert received(shop["REFUND_QUEUE"]) == []

    rendered(issue_receipt(payment="re_1", kind="refund"))

    assert listed() == []


@pytest.mark.parametrize("kind", ["business", "consumer"])
def test_a_payment_of_a_day_that_was_claimed_asks_for_another_claim(kind):
    hotel = {"name": "Hôtel", "kind": "business", "registration": "552100554"}
    buyer = hotel if kind == "business" else {"name": "Camille Moreau"}
    reached = buyer | {"address": PARIS, "email": "buyer@buyer.example"}
    issue_order_at(datetime(2026, 10, 1, 12, tzinfo=UTC), buyer=reached)
    number = "FA-2026-000001"
    notify(datetime(2026, 10, 20, 12, tzinfo=UTC))
    rendered(issue_late_payment(number, "P-1", claim=LatePaymentClaim(id="P-1")))
    assert listed() == []
    rendered(issue_receipt("60.00", arrived_at=datetime(2026, 11, 10, 12, tzinfo=UTC)))

    [task] = call("serve_tasks", "GET", "/v1/tasks").json["tasks"]
    assert (task["kind"], task["about"]) == ("overclaimed", number)
    assert Decimal(task["amount"]["amount"]) > 0

    back = {"withdrawal": Withdrawal(id="W-1", reason="Paid"), "withdraws": "PR-2026-000001"}
    rendered(issue_late_payment(number, "W-1", **back))
    rendered(issue_late_payment(number, "P-2", claim=LatePaymentClaim(id="P-2")))
    assert listed() == []


def notify(at: datetime) -> None:
    """Have the formal notice reach its buyer, from which a consumer's interest begins."""
    notice = owe(a_reminder(tone="formal_notice", level=6))
    notices_table.move(notice, notice.told(News(state="DELIVERED", ses_id="ses-1", at=at)))


def rendered(entry) -> None:
    assert deliver("render_document", {"place": entry.place.model_dump(mode="json")}) == []


def test_who_was_reminded_in_vain_waits_until_he_pays():
    agenda = Agenda.first(an_invoice_in_the_books())
    items.write_together([agenda_table.plan(agenda.handed_over(date(2027, 2, 1)))])
    assert listed() == [("hand_over", "FA-2026-000001")]

    issue_receipt()

    assert listed() == []


def test_a_neighbour_sees_none_of_it(neighbour):
    hold("1001")
    in_doubt()

    assert call("serve_tasks", "GET", "/v1/tasks", key=neighbour).json["tasks"] == []
    assert call("serve_tasks", "GET", "/v1/tasks", key=None).status == 401


@pytest.mark.parametrize("source", ["nothing", "held_gold 1"])
def test_a_cursor_of_no_list_is_refused(source):
    query = {"cursor": http_cursors.written(Mark(source=source))}

    assert call("serve_tasks", "GET", "/v1/tasks", query=query).status == 422
