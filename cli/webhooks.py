"""The webhook of a seller's Stripe account: one endpoint, which asks for all that is followed."""

import json
import os
from typing import Any

import stripe
from stripe import StripeClient, WebhookEndpoint

from cli.stack import Stack
from invoicing.adapters import aws
from invoicing.adapters.stripe.events import FOLLOWED
from invoicing.parties import Seller

_EVENTS: Any = list(FOLLOWED)  # typed as literals, some hundred of them


def connect(seller: Seller, stack: Stack, *, site: str, api_key: str) -> str:
    """Point the webhook of the seller's Stripe account at us and keep its secret; give its id.

    Stripe shows a secret once: an endpoint whose secret is kept is brought up to date, another
    that points here is replaced. The secret before stands a while for what is on its way.
    """
    base = os.environ.get("STRIPE_API_BASE")
    client = StripeClient(api_key, base_addresses={"api": base} if base else {})
    url = f"{site}/v1/stripe/{seller.id}"
    name = f"{stack.secrets_prefix}/sellers/{seller.id}/stripe"
    kept = _kept_secrets(name)
    there = _pointing_at(url, client)
    if kept and kept.get("webhook_endpoint") in there:
        endpoint, secrets = kept["webhook_endpoint"], kept["webhook_secrets"]
        client.v1.webhook_endpoints.update(endpoint, {"enabled_events": _EVENTS})
    else:
        made = _made(url, client)
        endpoint = made.id
        secrets = [made.secret, *(kept["webhook_secrets"][:1] if kept else [])]
    _keep(
        name,
        {"api_key": api_key, "webhook_secrets": secrets, "webhook_endpoint": endpoint},
        anew=kept is None,
    )
    for each in set(there) - {endpoint}:
        client.v1.webhook_endpoints.delete(each)
    return str(endpoint)


def _pointing_at(url: str, client: StripeClient) -> list[str]:
    every = client.v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter()
    return [each.id for each in every if each.url == url]


def _made(url: str, client: StripeClient) -> WebhookEndpoint:
    """Make an endpoint; without a version its events would have the account's, of any age."""
    return client.v1.webhook_endpoints.create(
        {
            "url": url,
            "enabled_events": _EVENTS,
            "api_version": stripe.api_version,  # type: ignore[typeddict-item]  # the SDK's own
        }
    )


def _kept_secrets(name: str) -> dict[str, Any] | None:
    try:
        kept = aws.secretsmanager().get_secret_value(SecretId=name)
    except aws.secretsmanager().exceptions.ResourceNotFoundException:
        return None
    values: dict[str, Any] = json.loads(kept["SecretString"])
    return values


def _keep(name: str, values: dict[str, Any], *, anew: bool) -> None:
    text = json.dumps(values)
    if anew:
        aws.secretsmanager().create_secret(Name=name, SecretString=text)
    else:
        aws.secretsmanager().put_secret_value(SecretId=name, SecretString=text)
