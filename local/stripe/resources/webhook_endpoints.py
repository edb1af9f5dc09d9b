"""Webhook endpoints: who wants to hear of which events, and the secrets that sign them."""

from local.stripe.accounts import Account, new_id
from local.stripe.wire import lists, parameters
from local.stripe.wire.errors import StripeError
from local.stripe.wire.openapi import Resource

CREATE = ("url", "enabled_events", "api_version", "description", "metadata")
UPDATE = ("url", "enabled_events", "description", "metadata", "disabled")
KIND = "webhook_endpoint"


def create(account: Account, asked: Resource) -> Resource:
    """POST /v1/webhook_endpoints: the only answer that shows the secret."""
    _refuse_unreachable(asked["url"])
    secret = new_id("whsec_", 32)
    endpoint = account.keep(
        {
            "id": new_id("we_1"),
            "object": KIND,
            "api_version": asked.get("api_version"),
            "created": account.now(),
            "description": asked.get("description"),
            "enabled_events": asked["enabled_events"],
            "livemode": False,
            "metadata": parameters.metadata(asked.get("metadata")),
            "status": "enabled",
            "url": asked["url"],
        }
    )
    account.notes[endpoint["id"]] = {"secrets": [secret]}
    return endpoint | {"secret": secret}


def update(account: Account, asked: Resource, *, webhook_endpoint: str) -> Resource:
    """POST /v1/webhook_endpoints/{id}."""
    endpoint = account.find(KIND, webhook_endpoint, param=KIND)
    for name in ("url", "enabled_events", "description"):
        endpoint[name] = asked.get(name, endpoint[name])
    if "metadata" in asked:
        endpoint["metadata"] = parameters.metadata(asked["metadata"])
    if "disabled" in asked:
        endpoint["status"] = "disabled" if asked["disabled"] else "enabled"
    return endpoint


def retrieve(account: Account, _: Resource, *, webhook_endpoint: str) -> Resource:
    """GET /v1/webhook_endpoints/{id}."""
    return account.find(KIND, webhook_endpoint, param=KIND)


def listed(account: Account, asked: Resource) -> Resource:
    """GET /v1/webhook_endpoints."""
    return lists.page(account.all(KIND), asked, url="/v1/webhook_endpoints")


def delete(account: Account, _: Resource, *, webhook_endpoint: str) -> Resource:
    """DELETE /v1/webhook_endpoints/{id}."""
    account.find(KIND, webhook_endpoint, param=KIND)
    del account.objects[KIND][webhook_endpoint]
    return {"id": webhook_endpoint, "object": KIND, "deleted": True}


def roll_secret(account: Account, endpoint: str) -> str:
    """Make a new secret; until the next roll the old one signs too, as it may in Stripe."""
    account.find(KIND, endpoint, param=KIND)
    secret = new_id("whsec_", 32)
    account.notes[endpoint]["secrets"] = [secret, account.notes[endpoint]["secrets"][0]]
    return secret


def listening(account: Account, happened: str) -> list[Resource]:
    """Endpoints that want this type of event."""
    return [
        one
        for one in account.all(KIND)
        if one["status"] == "enabled" and {"*", happened} & set(one["enabled_events"])
    ]


def _refuse_unreachable(url: str) -> None:
    """Stripe refuses localhost too; here it is where everything lives."""
    if not url.startswith(("http://", "https://")):
        raise StripeError(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            code="url_invalid",
            param="url",
        )
