from datetime import datetime, timedelta

import pytest

from invoicing import drafts, guard
from invoicing.adapters.einvoices import official_rules, schematron
from invoicing.adapters.operations import watch_table
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.queues import Check, Doorbell
from invoicing.errors import Reason
from invoicing.habits import Habits
from tests import aws
from tests.books import issue_order
from tests.builders import a_key, a_request, a_seller
from tests.doors import deliver
from tests.habits import a_day

REASON = Reason(code="BR-CO-10", message="the sums do not add up", rule="EN 16931, BR-CO-10")


@pytest.fixture
def rules(monkeypatch):
    """The official rules, which have against a draft what the test says they have."""
    findings = []
    monkeypatch.setattr(schematron, "findings", lambda _xml, _rules: findings)
    return findings


def check(*order_ids: str):
    return deliver("check_draft", *(Check(request=a_key(order)) for order in order_ids))


@pytest.mark.usefixtures("rules")
def test_what_the_rules_let_through_is_ready_and_rings(deployed):
    inbox().accept(a_request())

    assert check("1001") == []

    ready = inbox().read(a_key())
    assert (ready.state, ready.draft) == ("READY", a_request().draft)
    [message] = aws.received(deployed["NUMBER_QUEUE"])
    assert Doorbell(**message["body"]).request == a_key()
    assert message["MessageGroupId"] == "atelier.invoice"


def test_what_a_platform_would_refuse_is_held_with_its_rules_and_rings_nowhere(deployed, rules):
    rules.append(REASON)
    inbox().accept(a_request())

    assert check("1001") == []

    held = inbox().read(a_key())
    assert (held.state, held.reasons) == ("HELD", (REASON,))
    assert aws.received(deployed["NUMBER_QUEUE"]) == []


@pytest.mark.usefixtures("deployed")
def test_the_rules_see_an_invoice_with_a_number_that_none_ever_has(monkeypatch):
    seen = []
    monkeypatch.setattr(schematron, "findings", lambda xml, _rules: seen.append(xml.decode()) or [])
    inbox().accept(a_request())

    check("1001")

    assert "-000000</" in seen[0]


@pytest.mark.usefixtures("rules")
def test_a_request_that_was_decided_is_left_alone(deployed):
    inbox().accept(a_request())
    check("1001")
    aws.received(deployed["NUMBER_QUEUE"])

    assert check("1001") == []
    assert aws.received(deployed["NUMBER_QUEUE"]) == []


def test_who_was_overtaken_does_not_ring(deployed, monkeypatch):
    inbox().accept(a_request())

    def slowly(_xml, _rules):
        inbox().decide(a_request().held((REASON,)))
        return []

    monkeypatch.setattr(schematron, "findings", slowly)

    assert check("1001") == []
    assert inbox().read(a_key()).state == "HELD"
    assert aws.received(deployed["NUMBER_QUEUE"]) == []


@pytest.mark.usefixtures("deployed", "rules")
def test_a_held_order_waits_for_the_seller():
    inbox().accept(a_request(seller=a_seller(vat_number=None)))

    assert check("1001") == []
    assert inbox().read(a_key()).state == "HELD"


@pytest.mark.usefixtures("deployed")
def test_one_that_fails_comes_again_alone(monkeypatch):
    def fail_once(_xml, _rules):
        monkeypatch.setattr(schematron, "findings", lambda _xml, _rules: [])
        raise RuntimeError

    monkeypatch.setattr(schematron, "findings", fail_once)
    for order in ("1001", "1002"):
        inbox().accept(a_request(id=order))

    assert check("1001", "1002") == [0]
    assert inbox().read(a_key("1001")).state == "RECEIVED"
    assert inbox().read(a_key("1002")).state == "READY"


@pytest.mark.usefixtures("rules", "shop")
def test_an_order_that_waited_for_others_is_priced_here():
    inbox().accept(a_request().model_copy(update={"draft": None}))

    assert check("1001") == []

    ready = inbox().read(a_key())
    assert (ready.state, ready.draft.totals) == ("READY", a_request().draft.totals)


@pytest.mark.usefixtures("rules", "shop")
def test_a_draft_that_the_law_has_overtaken_is_written_anew(monkeypatch):
    inbox().accept(a_request())
    monkeypatch.setattr(drafts, "outdated", lambda _, *, at: at is not None)

    assert check("1001") == []

    assert inbox().read(a_key()).draft.law_of != a_request().draft.law_of


# What is unlike its seller


def learn(largest="12.00"):
    """Let the guard know a month of ten small invoices a day, up to yesterday."""
    today = datetime.now(a_seller().timezone).date()
    for n in range(30, 0, -1):
        watch_table.learn("atelier", a_day(today - timedelta(days=n), 10, largest=largest), {})


@pytest.mark.usefixtures("rules")
def test_an_amount_that_its_seller_never_asked_for_is_held_with_the_figures(deployed):
    learn("10.00")
    inbox().accept(a_request())

    assert check("1001") == []

    held = inbox().read(a_key())
    assert held.state == "HELD"
    assert [(each.code, each.releasable) for each in held.reasons] == [("unusual_amount", True)]
    assert held.reasons[0].message.startswith("120.00 EUR is 12 times the largest invoice")
    assert aws.received(deployed["NUMBER_QUEUE"]) == []


@pytest.mark.usefixtures("rules", "deployed")
def test_what_its_seller_has_released_is_not_held_for_it_again():
    learn("10.00")
    inbox().accept(a_request().model_copy(update={"overruled": ("unusual_amount",)}))

    assert check("1001") == []

    assert inbox().read(a_key()).state == "READY"


@pytest.mark.usefixtures("rules", "deployed")
def test_an_invoice_like_all_others_is_ready():
    learn()
    inbox().accept(a_request())

    assert check("1001") == []

    assert inbox().read(a_key()).state == "READY"


@pytest.mark.usefixtures("rules")
def test_who_is_paused_issues_nothing_even_what_his_shop_releases(deployed):
    watch_table.pause("atelier", table=deployed["OPERATIONS_TABLE"])
    released = a_request().model_copy(update={"overruled": ("seller_paused",)})
    inbox().accept(released)

    assert check("1001") == []

    assert [each.code for each in inbox().read(a_key()).reasons] == ["seller_paused"]


@pytest.mark.usefixtures("rules")
def test_who_may_issue_again_does(deployed):
    watch_table.pause("atelier", table=deployed["OPERATIONS_TABLE"])
    watch_table.resume("atelier", table=deployed["OPERATIONS_TABLE"])
    inbox().accept(a_request())

    assert check("1001") == []

    assert inbox().read(a_key()).state == "READY"


@pytest.mark.usefixtures("deployed")
def test_what_the_rules_refuse_and_what_is_unusual_are_told_together(rules):
    learn("10.00")
    rules.append(REASON)
    inbox().accept(a_request())

    check("1001")

    assert [each.code for each in inbox().read(a_key()).reasons] == ["BR-CO-10", "unusual_amount"]


@pytest.mark.usefixtures("rules", "deployed")
def test_the_day_that_is_full_holds_the_next_and_a_waiver_of_today_lets_it_pass(monkeypatch):
    monkeypatch.setattr(guard, "AT_LEAST", {"invoice": 1, "credit_note": 1})
    monkeypatch.setattr(Habits, "busiest", lambda *_: 0)
    learn()
    issue_order(id="1000")
    inbox().accept(a_request(id="1001"))

    check("1001")
    assert [each.code for each in inbox().read(a_key()).reasons] == ["unusual_rate"]

    today = datetime.now(a_seller().timezone).date()
    watch_table.waive("atelier", "invoice", ["unusual_rate"], until=today)
    inbox().accept(a_request(id="1002"))
    check("1002")
    assert inbox().read(a_key("1002")).state == "READY"


def test_what_no_item_can_hold_beside_its_draft_is_held_and_rings_nowhere(deployed, monkeypatch):
    def fat(_):
        return [REASON.model_copy(update={"message": "a" * 500_000})]

    monkeypatch.setattr(official_rules, "findings", fat)
    inbox().accept(a_request())

    assert check("1001") == []

    held = inbox().read(a_key())
    assert (held.state, held.reasons[0].code, held.draft) == ("HELD", "too_large", None)
    assert aws.received(deployed["NUMBER_QUEUE"]) == []
