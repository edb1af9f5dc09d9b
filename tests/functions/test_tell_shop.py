import json
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import boto3
import pytest
from werkzeug.wrappers import Request, Response

from invoicing import webhooks
from invoicing.adapters import items
from invoicing.adapters.ledger.ledger_table import entry_item
from invoicing.adapters.operations import (
    cases_table,
    deliveries_table,
    inbox_index,
    notices_table,
)
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.queues import Tell
from invoicing.adapters.webhooks import calls
from invoicing.cases import Ruling
from invoicing.errors import Reason
from invoicing.records import canonical, plain
from local.serving import serving
from tests import aws
from tests.books import issue_order
from tests.builders import NOON, a_case, a_claim, a_notice, a_request, a_seller
from tests.doors import call, deliver, function, stream, stream_changes, tick

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  of the standard's example


class Receiver:
    """A shop's endpoint: what it was told, and what it answers."""

    def __init__(self) -> None:
        self.told, self.status = [], 200

    def __call__(self, environ, start_response) -> object:
        request = Request(environ)
        self.told.append((dict(request.headers), request.get_data()))
        answer = Response("x" * 100_000, self.status, {"Location": "http://127.0.0.1:9/"})
        return answer(environ, start_response)


@pytest.fixture
def receiver(shop, monkeypatch):
    monkeypatch.setenv("WEBHOOKS_ANYWHERE", "true")
    receiver = Receiver()
    with serving(receiver) as url:
        boto3.client("secretsmanager", aws.REGION).create_secret(
            Name=f"{shop['SECRETS_PREFIX']}/sellers/atelier/webhook",
            SecretString=json.dumps({"secrets": [SECRET]}),
        )
        point_to(url)
        yield receiver


def point_to(url: str) -> None:
    item = deliveries_table.endpoint_key("atelier") | {"url": url}
    items.write(items.put("Operations", item))


@pytest.fixture
def at(monkeypatch):
    """Let the worker live at a moment of our choosing."""

    class Clock(datetime):
        moment = datetime.now(UTC)

        @classmethod
        def now(cls, _zone=None) -> datetime:
            return cls.moment

    monkeypatch.setattr(function("tell_shop"), "datetime", Clock)

    def set_to(moment):
        Clock.moment = moment

    return set_to


def work(deployed, *streamed: tuple):
    """Let the stream's records, and the messages that come of them, be worked on."""
    if streamed:
        assert stream_changes("publish_changes", *streamed) == []
    messages = [each["body"] for each in aws.received(deployed["TELL_QUEUE"])]
    assert deliver("tell_shop", *messages) == []


def told(receiver) -> list[str]:
    return [json.loads(body)["type"] for _, body in receiver.told]


def test_an_issued_invoice_is_told_and_its_signature_verifies(deployed, receiver):
    invoice = issue_order()

    work(deployed, ("INSERT", entry_item(invoice)))

    [(said, body)] = receiver.told
    stamp = datetime.fromtimestamp(int(said["Webhook-Timestamp"]), UTC)
    expected = webhooks.headers(said["Webhook-Id"], body, [SECRET], at=stamp)
    assert said["Webhook-Signature"] == expected["webhook-signature"]
    assert json.loads(body)["data"] == {
        "invoice": invoice.body["number"],
        "order": invoice.source,
        "correlation_id": f"atelier/{invoice.source}",
    }


def test_a_shop_without_an_endpoint_costs_no_message(shop):
    assert stream("publish_changes", entry_item(issue_order())) == []

    assert aws.received(shop["TELL_QUEUE"]) == []


def test_the_same_change_told_twice_is_one_event(deployed, receiver):
    change = ("INSERT", entry_item(issue_order()))

    work(deployed, change, change)
    work(deployed, change)

    assert told(receiver) == ["invoice.issued"]


@pytest.mark.parametrize("state", ["DELIVERED", "BOUNCED", "COMPLAINED"])
def test_what_became_of_a_mail_is_told(deployed, receiver, at, state):
    at(NOON)
    notice = a_notice().model_copy(update={"state": state})
    items.write_together([notices_table.queue(notice)])

    work(deployed, ("MODIFY", image("NOTICE#")))

    assert told(receiver) == [f"invoice.{state.lower()}"]
    assert notice.recipient not in str(receiver.told)


def test_a_held_order_is_told_with_its_reasons_and_without_its_buyer(deployed, receiver):
    held = a_request().held((Reason(code="unusual_rate", message="Camille Moreau"),))
    inbox().accept(held)

    work(deployed, ("MODIFY", image("REQ#")))

    [(_, body)] = receiver.told
    assert json.loads(body)["type"] == "order.held"
    assert json.loads(body)["data"]["reasons"] == "unusual_rate"
    assert b"Moreau" not in body


def test_a_case_is_told_when_it_opens(deployed, receiver, at):
    at(NOON)
    issue_order()
    cases_table.keep(a_case(), a_seller())

    work(deployed, ("INSERT", image("CASE#")))

    assert told(receiver) == ["case.opened"]


@pytest.mark.parametrize("months", [0, 1, 12])
def test_what_is_erased_of_what_was_told_is_no_news(deployed, receiver, at, months):
    issue_order()
    delivered = a_notice().model_copy(update={"state": "DELIVERED"})
    closed = a_case(a_claim()).decided(Ruling(decision="close"), at=NOON)
    items.write_together([notices_table.queue(delivered)])
    cases_table.keep(closed, a_seller())
    for moment in (NOON, NOON + timedelta(days=30 * months)):
        at(moment)
        work(deployed, ("MODIFY", image("NOTICE#")), ("MODIFY", image("CASE#")))
        if months:
            forget_events()

    assert sorted(told(receiver)) == ["case.closed", "invoice.delivered"]


def forget_events():
    """DynamoDB takes away what was told a month ago."""
    told = [each for each in aws.items("Operations") if each["pk"]["S"].startswith("WEBHOOK#")]
    for each in told:
        key = {name: each[name] for name in ("pk", "sk")}
        boto3.client("dynamodb", aws.REGION).delete_item(TableName="Operations", Key=key)


def image(prefix: str) -> dict:
    """The item as the stream shows it; its bytes are read by nobody here."""
    [item] = [each for each in aws.items("Operations") if each["pk"]["S"].startswith(prefix)]
    return {name: value["S"] for name, value in item.items() if "S" in value}


def test_an_endpoint_that_is_down_for_two_days_is_told_once_when_it_is_up(deployed, receiver, at):
    start = datetime.now(UTC)
    at(start)
    receiver.status = 500
    work(deployed, ("INSERT", entry_item(issue_order())))

    for hour in range(3 * 24):
        moment = start + timedelta(hours=hour, minutes=1)
        receiver.status = 500 if hour < 48 else 200
        at(moment)
        tick("sweep_requests", moment)
        work(deployed)

    statuses = len(receiver.told)
    [kept], _ = deliveries_table.page("atelier", after=None, limit=9)
    assert (kept.state, kept.attempts, statuses) == ("delivered", statuses, statuses)
    assert len({said["Webhook-Id"] for said, _ in receiver.told}) == 1
    assert len({body for _, body in receiver.told}) == 1


def test_an_event_is_tried_again_though_the_list_of_what_stands_still_has_no_end(
    deployed, receiver, monkeypatch
):
    receiver.status = 500
    work(deployed, ("INSERT", entry_item(issue_order())))
    monkeypatch.setattr(inbox_index, "undone", Mock(side_effect=TimeoutError))

    with pytest.raises(TimeoutError):
        tick("sweep_requests", datetime.now(UTC) + timedelta(hours=1))

    assert len(aws.received(deployed["TELL_QUEUE"])) == 1


def test_two_workers_with_one_event_make_one_attempt(deployed, receiver):
    receiver.status = 500
    work(deployed, ("INSERT", entry_item(issue_order())))
    [kept], _ = deliveries_table.page("atelier", after=None, limit=9)

    again = Tell(seller="atelier", event=kept.event.id)
    deliver("tell_shop", again, again)

    assert len(receiver.told) == 1


def test_a_redirect_is_not_followed_and_a_long_answer_not_read(deployed, receiver):
    receiver.status = 302

    work(deployed, ("INSERT", entry_item(issue_order())))

    [kept], _ = deliveries_table.page("atelier", after=None, limit=9)
    assert (kept.state, kept.last.status) == ("waiting", 302)


def test_the_shop_reads_what_it_was_told_and_has_it_told_again(deployed, receiver):
    work(deployed, ("INSERT", entry_item(issue_order())))

    [logged] = call("serve_webhooks", "GET", "/v1/webhook-deliveries").json["deliveries"]
    path = f"/v1/webhook-deliveries/{logged['id']}/replay"
    replayed = call("serve_webhooks", "POST", path)
    work(deployed)

    assert (logged["state"], logged["last"]["status"]) == ("delivered", 200)
    assert (replayed.status, replayed.json["state"]) == (202, "waiting")
    assert [said["Webhook-Id"] for said, _ in receiver.told] == [logged["id"]] * 2


@pytest.mark.usefixtures("receiver")
def test_the_log_is_the_callers_own_and_comes_in_pages_newest_first(deployed, neighbour):
    for n in range(3):
        work(deployed, ("INSERT", entry_item(issue_order(id=f"{n}"))))

    first = call("serve_webhooks", "GET", "/v1/webhook-deliveries", query={"limit": "2"}).json
    more = {"cursor": first["cursor"]}
    rest = call("serve_webhooks", "GET", "/v1/webhook-deliveries", query=more).json

    ids = [each["id"] for each in first["deliveries"] + rest["deliveries"]]
    assert len(ids) == 3
    assert ids == sorted(ids, reverse=True)
    theirs = call("serve_webhooks", "GET", "/v1/webhook-deliveries", key=neighbour)
    assert theirs.json["deliveries"] == []
    path = f"/v1/webhook-deliveries/{ids[0]}/replay"
    assert call("serve_webhooks", "POST", path, key=neighbour).status == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/hook",
        "ftp://shop.example/hook",
        "https://",
        "https://user:word@shop.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:7f00:1::]/",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://0.0.0.0/",
    ],
)
def test_no_endpoint_leads_inside(url, monkeypatch):
    def never(*_: object) -> None:
        pytest.fail("it was called")

    monkeypatch.setattr(calls.socket, "create_connection", never)

    with pytest.raises(calls.UnsafeEndpointError):
        calls.post(url, canonical({}), {})


def test_a_name_one_of_whose_addresses_is_inside_is_not_called(monkeypatch):
    found = [(2, 1, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(calls.socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(calls.UnsafeEndpointError):
        calls.post("https://shop.example/", b"", {})


def test_the_call_goes_to_the_address_that_was_looked_at(monkeypatch):
    """A second answer of the name server leads nowhere: it is not asked twice."""
    asked, reached = [], []

    def resolve(host, _port, **_how):
        asked.append(host)
        return [(2, 1, 6, "", ("93.184.216.34" if len(asked) == 1 else "127.0.0.1", 443))]

    def connect(address, _timeout):
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(calls.socket, "getaddrinfo", resolve)
    monkeypatch.setattr(calls.socket, "create_connection", connect)

    with pytest.raises(ConnectionRefusedError):
        calls.post("https://shop.example/hook", b"", {})
    assert reached == [("93.184.216.34", 443)]


def test_an_endpoint_that_leads_inside_is_told_in_the_log(deployed, receiver, monkeypatch):
    monkeypatch.setenv("WEBHOOKS_ANYWHERE", "false")
    point_to("https://169.254.169.254/")

    work(deployed, ("INSERT", entry_item(issue_order())))

    [kept], _ = deliveries_table.page("atelier", after=None, limit=9)
    assert plain(kept.last)["error"] == "address not allowed"
    assert receiver.told == []
