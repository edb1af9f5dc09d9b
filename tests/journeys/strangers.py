"""Calls that nobody thought of, made by Schemathesis from docs/openapi.json on a running stack.

`python -m tests.journeys.strangers 10000` makes many on a stack of its own.
"""

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import requests

from api.description import FILE
from api.operations import OPERATIONS
from local.demo.shop import SAMPLES, Shop
from local.stack import BUILT_TEMPLATE, ROOT, running
from tests.sales import Sale, sold

SCHEMATHESIS = ROOT / ".venvs/schemathesis/bin/schemathesis"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "ignored_auth",
)
_HOW_OFTEN = 0.7  # a name is one that there is

Names = Mapping[str, Sequence[str]]
"""Values that there are, by the variable of a path: else every call ends at what is not there."""


def call(shop: Shop, names: Names, *, times: int) -> subprocess.CompletedProcess[str]:
    """Make about so many calls, and say in its output whatever was not as described."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "schemathesis.toml"
        config.write_text(_config(names))
        words = [SCHEMATHESIS, "--config-file", config, "--no-color", "run", FILE]
        words += ["--url", shop.api_url, "--header", f"Authorization: Bearer {shop.key}"]
        words += ["--checks", ",".join(CHECKS), "--phases", "fuzzing", "--continue-on-failure"]
        words += ["--max-examples", f"{-(-times // len(OPERATIONS))}", "--request-timeout", "60"]
        words += ["--suppress-health-check", "all", "--generation-deterministic"]
        return subprocess.run(  # noqa: S603  our own words only
            list(map(str, words)), cwd=folder, capture_output=True, text=True, check=False
        )


def known(sale: Sale) -> Names:
    """Name what a sale left behind, with a credit, a payment and a claim of it."""
    shop, number = sale.shop, sale.number
    note = shop.credit(number, {"id": "C-1", "reason": "returned", "amount": "1.00"})
    note.raise_for_status()
    shop.tell_of_transfer(number, "T-1", "1.00").raise_for_status()
    requests.post(f"{sale.link}/claim", {"reason": "other", "message": "No"}, timeout=60)
    cases = [each["id"] for each in shop.get(f"/v1/invoices/{number}/cases").json()["cases"]]
    noted = shop.credited(number, "C-1")["number"]
    receipt = str(number).replace("FA-", "RC-")
    return {"number": [number, noted, receipt], "id": [sale.order["id"], "C-1", *cases]}


def _config(names: Names) -> str:
    parts = [
        f"[dictionaries.{name}]\nvalues = {list(values)!r}\n" for name, values in names.items()
    ]
    bindings = [
        f'"path.{name}" = {{ dictionary = "{name}", probability = {_HOW_OFTEN} }}' for name in names
    ]
    return "\n".join([*parts, "[parameters]", *bindings, ""])


def main() -> None:
    """Make as many calls as the command line says; fail where one was not answered as described."""
    with (
        tempfile.TemporaryDirectory() as state,
        running(state_dir=Path(state), built_template=BUILT_TEMPLATE) as stack,
    ):
        shop = Shop.opened(stack, SAMPLES / "seller.json", stripe_key="sk_test_strangers")
        told = call(shop, known(sold(stack, shop, "french-consumer")), times=int(sys.argv[1]))
    print(told.stdout, told.stderr)  # noqa: T201  a command
    sys.exit(told.returncode)


if __name__ == "__main__":
    main()
