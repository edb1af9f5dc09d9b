"""No renderer: the official rules on the XML, which stand between a draft and its number."""

from typing import Any

from bench.renderers.worker import Work
from invoicing.adapters.einvoices import schematron


def prepare(content: dict[str, Any]) -> Work:
    """Ask both rule sets, the general one and that of France."""
    xml = content["xml"].encode()
    return lambda: repr(schematron.findings(xml, ("en16931", "br_fr"))).encode()
