"""A shop hears at its endpoint what happens to its invoices."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.wrappers import Request, Response

from local.demo import clockwork
from local.demo.operator_desk import facturier
from local.serving import serving
from tests.running import wait_for


class Endpoint:
    """A shop's own server on this machine; `up` or not."""

    def __init__(self) -> None:
        self.up, self.calls = True, []

    def __call__(self, environ, start_response) -> object:
        request = Request(environ)
        self.calls.append((dict(request.headers), request.get_data()))
        return Response(status=204 if self.up else 503)(environ, start_response)

    def events(self) -> dict[str, dict]:
        told = (json.loads(body) for _, body in self.calls)
        return {each["type"]: each["data"] for each in told}

    def until(self, *types: str) -> dict[str, dict]:
        end = time.monotonic() + 60
        while not set(types) <= set(self.events()):
            assert time.monotonic() < end, f"{types}: told {list(self.events())}"
            time.sleep(0.1)
        return self.events()


@pytest.fixture(scope="module")
def endpoint(stack, our_shop):  # noqa: ARG001  the seller is made before it
    endpoint = Endpoint()
    with serving(endpoint) as url:
        told = facturier(stack, "webhook", "set", "journeys", f"{url}/hook")
        endpoint.secret = json.loads(told)["secret"]
        yield endpoint
        facturier(stack, "webhook", "remove", "journeys")


def test_an_invoice_is_told_when_it_is_issued_delivered_and_paid(endpoint, sell):
    sale = sell()
    sale.shop.tell_of_transfer(sale.number, f"bank-{sale.number}", _due(sale))

    told = endpoint.until("invoice.issued", "invoice.delivered", "payment.recorded", "invoice.paid")

    assert told["invoice.issued"] == {
        "invoice": sale.number,
        "order": sale.order["id"],
        "correlation_id": f"journeys/{sale.order['id']}",
    }
    assert {each["correlation_id"] for each in told.values()} == {f"journeys/{sale.order['id']}"}
    assert told["invoice.paid"]["invoice"] == sale.number
    assert sale.buyer.email not in str(endpoint.calls)
    for said, body in endpoint.calls:
        signed = f"{said['Webhook-Id']}.{said['Webhook-Timestamp']}.".encode() + body
        key = base64.b64decode(endpoint.secret.removeprefix("whsec_"))
        made = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert said["Webhook-Signature"] == f"v1,{made}"


def test_what_an_endpoint_did_not_take_waits_in_the_log_and_is_told_again(stack, endpoint, sell):
    endpoint.up = False
    endpoint.calls.clear()
    sale = sell()
    endpoint.until("invoice.issued")
    wait_for(lambda: _logged(sale).get("last"))
    endpoint.up = True

    logged = _logged(sale)
    assert (logged["state"], logged["last"]["status"]) == ("waiting", 503)
    clockwork.fire(stack, "SweepRequests", datetime.now(UTC) + timedelta(minutes=2))
    assert _logged(sale)["attempts"] == 1  # whoever asks too early tells nothing
    sale.shop.replay(logged["id"]).raise_for_status()

    wait_for(lambda: _logged(sale)["state"] == "delivered")


def _logged(sale) -> dict:
    told = sale.shop.get("/v1/webhook-deliveries").json()["deliveries"]
    [found] = [
        each
        for each in told
        if each["payload"]["data"].get("invoice") == sale.number
        and each["payload"]["type"] == "invoice.issued"
    ]
    return found


def _due(sale) -> str:
    return str(sale.invoice["balance"]["due"]["amount"])
