"""Where a seller's shop is told of what happens, and the secrets that sign it."""

import base64
import json
import secrets
from typing import Any

from cli.stack import Stack
from invoicing.adapters import aws, items
from invoicing.adapters.operations.deliveries_table import endpoint_key
from invoicing.adapters.operations.sellers_table import SellersTable
from invoicing.adapters.webhooks import calls
from invoicing.webhooks import PREFIX


def point(seller_id: str, url: str, stack: Stack) -> dict[str, Any]:
    """Tell a shop at this address from now on; the secret is shown this once.

    Where it is told elsewhere already, its secret stays. NotFoundError for an unknown seller,
    UnsafeEndpointError for an address that is none.
    """
    SellersTable(stack.operations_table).read(seller_id)
    calls.check(url)
    item, known = endpoint_key(seller_id) | {"url": url}, _kept(seller_id, stack)
    told: dict[str, Any] = {"seller": seller_id, "url": url}
    if not known or not items.get(stack.operations_table, endpoint_key(seller_id)):
        told["secret"] = _keep(seller_id, known[:1], stack)
    items.write(items.put(stack.operations_table, item))
    return told


def rotate(seller_id: str, stack: Stack) -> dict[str, Any]:
    """Sign with a new secret and with the one before, until the next rotation."""
    SellersTable(stack.operations_table).read(seller_id)
    return {"seller": seller_id, "secret": _keep(seller_id, _kept(seller_id, stack)[:1], stack)}


def silence(seller_id: str, stack: Stack) -> dict[str, Any]:
    """Tell a shop nothing more; what waits is dropped. NotFoundError for an unknown seller."""
    SellersTable(stack.operations_table).read(seller_id)
    key = aws.to_item(endpoint_key(seller_id))
    aws.dynamodb().delete_item(TableName=stack.operations_table, Key=key)
    return {"seller": seller_id}


def _name(seller_id: str, stack: Stack) -> str:
    return f"{stack.secrets_prefix}/sellers/{seller_id}/webhook"


def _kept(seller_id: str, stack: Stack) -> list[str]:
    try:
        kept = aws.secretsmanager().get_secret_value(SecretId=_name(seller_id, stack))
    except aws.secretsmanager().exceptions.ResourceNotFoundException:
        return []
    return list(json.loads(kept["SecretString"])["secrets"])


def _keep(seller_id: str, before: list[str], stack: Stack) -> str:
    """Make a secret and keep it beside the one before."""
    fresh = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    name, text = _name(seller_id, stack), json.dumps({"secrets": [fresh, *before]})
    try:
        aws.secretsmanager().put_secret_value(SecretId=name, SecretString=text)
    except aws.secretsmanager().exceptions.ResourceNotFoundException:
        aws.secretsmanager().create_secret(Name=name, SecretString=text)
    return fresh
