"""Logs, metrics and traces carry ids, one from order to payment; never who somebody is."""

import json
from datetime import UTC, datetime, timedelta

import requests

from local.demo import clockwork
from local.demo.buyer import occasion
from local.demo.shop import sample
from tests.sales import an_order, remind

BUYER = {
    "name": "Canari Serin",
    "address": {"line1": "3 impasse des Canaris", "city": "Serinville", "country": "FR"},
}
IBAN = "FR7630006000011234567890189"
ON_THE_WAY = {  # of an order to its payment
    "TakeOrder",
    "CheckDraft",
    "IssueDocument",
    "RenderDocument",
    "DeliverNotice",
    "TrackDelivery",
    "SendReminders",
    "DrawLetter",
    "ServePages",
    "ReceiveStripeEvent",
    "RecordPayment",
}


def test_one_id_leads_from_order_to_payment_and_no_line_tells_who_the_buyer_is(
    stack, our_shop, sell
):
    sale = sell(buyer=BUYER)
    token = sale.link.rpartition("/")[2]
    later = clockwork.at_work(datetime.now(UTC) + timedelta(days=40))
    remind(stack, sale, later)
    sale.buyer.await_mail(occasion("reminder", sale.number))
    sale.buyer.choose("declined_card", sale.buyer.press_pay(sale.link))
    sale.buyer.pay_by_card(sale.link)
    sale.buyer.await_mail(occasion("receipt"))
    our_shop.post(an_order("malformed", buyer=BUYER | {"language": "none"}))
    our_shop.post(an_order(id=sale.order["id"], buyer=BUYER, note="another body"))
    requests.get(f"{sale.link}x", timeout=60)
    requests.get(sale.paper, timeout=60)
    claim = {"reason": "other", "message": "Canaris bleus", "email": "serin@canari.example"}
    requests.post(f"{sale.link}/claim", claim, timeout=60)
    new = our_shop.revoke_link(sale.number)
    requests.get(new, timeout=60)
    unsigned = f"{stack.api_url}/v1/stripe/journeys"
    requests.post(unsigned, json={"name": BUYER["name"]}, timeout=60)
    clockwork.fire(stack, "SweepRequests", datetime.now(UTC))
    clockwork.until_quiet(stack)

    told = {name: "\n".join(stack.logs(name)) for name in functions(stack)}
    told["X-Ray"] = stack.emulator.traces.read_text()

    assert sale.number in told["IssueDocument"]  # they do log
    assert {"UnsignedEvents", "OrdersHeld"} <= counted(told.values())  # in those same lines
    trail = f"journeys/{sale.order['id']}"
    traced = annotated(told["X-Ray"], trail)
    assert {"## handler", "## app.follow"} <= traced  # from the order to its payment
    followed = {name for name, text in told.items() if trail in trails(text)}
    assert followed >= ON_THE_WAY
    about = [line for line in stack.logs("IssueDocument") if sale.number in line]
    assert trails("\n".join(about)) == {trail}
    canaries = [BUYER["name"], "Canaris", "Serinville", sale.buyer.email, IBAN, our_shop.key]
    canaries += [claim["email"], token, *(each.rpartition("/")[2] for each in (new, sale.paper))]
    assert not [(name, word) for name, text in told.items() for word in canaries if word in text]
    email = sample("french-consumer")["buyer"]["email"]
    assert not [name for name, text in told.items() if email in text or "@buyer.example" in text]


def trails(text: str) -> set[str]:
    """Give the ids under which lines were written."""
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return {each["correlation_id"] for each in lines if "correlation_id" in each}


def counted(told) -> set[str]:
    """Name what was counted; a metric is a line of the log, which CloudWatch reads (EMF)."""
    lines = [json.loads(line) for text in told for line in text.splitlines() if '"_aws":' in line]
    metrics = [one for line in lines for one in line["_aws"]["CloudWatchMetrics"]]
    assert all(each["Dimensions"] == [["service"]] for each in metrics)
    return {each["Name"] for one in metrics for each in one["Metrics"]}


def annotated(traces: str, trail: str) -> set[str]:
    """Name the segments that were traced under a trail."""
    segments = [json.loads(line) for line in traces.splitlines()]
    return {
        each["name"]
        for each in segments
        if each.get("annotations", {}).get("correlation_id") == trail
    }


def functions(stack) -> list[str]:
    resources = stack.deployment.template["Resources"].items()
    return [name for name, each in resources if each["Type"].endswith("::Function")]
