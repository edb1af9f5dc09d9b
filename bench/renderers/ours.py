"""Ours: all of the product's own path, from the frozen invoice to the files that are stored."""

from functools import cache
from typing import Any

from bench.renderers.worker import Work
from invoicing.adapters.paper import rehearsal, renderer
from invoicing.invoices import Invoice


def prepare(content: dict[str, Any]) -> Work:
    """Start as on Lambda, and read the invoice back as RenderDocument reads it from the ledger."""
    _start()
    invoice = Invoice.model_validate_json(content["invoice"])
    return lambda: renderer.files(invoice)[0].data


@cache
def _start() -> None:
    rehearsal.rehearse()
