"""Calls that nobody thought of, made by Schemathesis from docs/openapi.json on a running stack.

`python -m tests.journeys.strangers 10000` makes many on a stack of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import requests

from api.description import FILE
from api.operations import OPERATIONS
from local.demo import clockwork
from local.demo.operator_desk import facturier
from local.demo.shop import SAMPLES, Shop
from local.stack import BUILT_TEMPLATE, ROOT, Stack, running
from tests.running import wait_for
from tests.sales import Sale, an_order, sold

SELLER = "atelier-lumiere"  # of samples/seller.json
SCHEMATHESIS = ROOT / ".venvs/schemathesis/bin/schemathesis"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "ignored_auth",
)
There = Mapping[str, Sequence[str]]
"""What there is, by what stands before it in a path: else every call ends at what is not there."""


def call(shop: Shop, there: There, *, times: int) -> subprocess.CompletedProcess[str]:
    """Make about so many calls, and say in its output whatever was not as described."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "schemathesis.toml"
        config.write_text('hooks = "tests.journeys.there"\n')
        words = [SCHEMATHESIS, "--config-file", config, "--no-color", "run", FILE]
        words += ["--url", shop.api_url, "--header", f"Authorization: Bearer {shop.key}"]
        words += ["--checks", ",".join(CHECKS), "--phases", "fuzzing", "--continue-on-failure"]
        words += ["--max-examples", f"{-(-times // len(OPERATIONS))}", "--request-timeout", "60"]
        words += ["--suppress-health-check", "all", "--generation-deterministic"]
        return subprocess.run(  # noqa: S603  our own words only
            list(map(str, words)),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": f"{ROOT}", "THERE": json.dumps(_leading(there))},
            capture_output=True,
            text=True,
            check=False,
        )


def _leading(there: There) -> dict[str, list[dict[str, str]]]:
    """Give what each path's variables may be to lead somewhere, where all of them are known."""
    found = {}
    for path in {name.partition(" ")[2] for name in OPERATIONS}:
        places = [path[:at] for at, letter in enumerate(path) if letter == "{"]
        variables = [path.removeprefix(place)[1:].partition("}")[0] for place in places]
        known = product(*(there.get(place, ()) for place in places))
        found[path] = [dict(zip(variables, values, strict=True)) for values in known if values]
    return found


def everything(stack: Stack, sale: Sale) -> There:
    """Have a shop that has one of nearly everything; name it."""
    shop, number = sale.shop, sale.number
    held, posted, lost = an_order(totals={"total": "1.00"}), an_order(), an_order()
    posted["buyer"] |= {"delivery": "paper"}
    lost["buyer"] |= {"email": f"bounce+{lost['id']}@simulator.amazonses.com"}
    for order, status in ((held, "held"), (posted, "done"), (lost, "done")):
        shop.post(order).raise_for_status()
        shop.until(order["id"], status)
    shop.credit(number, {"id": "C-1", "reason": "returned", "amount": "1.00"}).raise_for_status()
    shop.tell_of_transfer(number, "T-1", "500.00").raise_for_status()
    wait_for(lambda: float(shop.invoice(number)["balance"]["owed"]["amount"]))
    shop.ask_refund(number, {"id": "R-1", "reason": "Paid twice"}).raise_for_status()
    requests.post(f"{sale.link}/claim", {"reason": "other", "message": "No"}, timeout=60)
    clockwork.fire(stack, "ReconcilePayments", datetime.now(UTC) + timedelta(days=1))
    today = f"{datetime.now(UTC).date()}"
    return {
        "/v1/orders/": [sale.order["id"], held["id"]],
        "/v1/invoices/": [number],
        "/v1/invoices/{number}/cases/": _ids(shop, f"/v1/invoices/{number}/cases", "cases"),
        "/v1/invoices/{number}/credit-notes/": ["C-1"],
        "/v1/invoices/{number}/freezes/": ["by_hand", "promise"],
        "/v1/invoices/{number}/refunds/": ["R-1"],
        "/v1/credit-notes/": [shop.credited(number, "C-1")["number"]],
        "/v1/receipts/": shop.invoice(number)["receipts"],
        "/v1/paper-deliveries/": _ids(shop, "/v1/paper-deliveries", "paper_deliveries"),
        "/v1/returned-mails/": _ids(shop, "/v1/returned-mails", "returned_mails"),
        "/v1/webhook-deliveries/": _ids(shop, "/v1/webhook-deliveries", "deliveries"),
        "/v1/reconciliations/": [today],
        "/v1/tasks/difference/": [today],
        "/v1/stripe/": [SELLER],
    }


def _ids(shop: Shop, path: str, name: str) -> list[str]:
    """Wait until a list has something, and give the ids."""
    wait_for(lambda: shop.get(path).json()[name], within=60)
    return [each["id"] for each in shop.get(path).json()[name]]


def main() -> None:
    """Make as many calls as the command line says; fail where one was not answered as described."""
    with (
        tempfile.TemporaryDirectory() as state,
        running(state_dir=Path(state), built_template=BUILT_TEMPLATE) as stack,
    ):
        shop = Shop.opened(stack, SAMPLES / "seller.json", stripe_key="sk_test_strangers")
        facturier(stack, "webhook", "set", SELLER, f"{shop.api_url}/nowhere")
        there = everything(stack, sold(stack, shop, "french-consumer"))
        told = call(shop, there, times=int(sys.argv[1]))
    print(told.stdout, told.stderr)  # noqa: T201  a command
    sys.exit(told.returncode)


if __name__ == "__main__":
    main()
