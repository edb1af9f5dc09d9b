"""Events: what happened, with the object as it was at that moment."""

import json
from copy import deepcopy

from local.stripe.accounts import Account, new_id
from local.stripe.letters import Letter
from local.stripe.resources import webhook_endpoints
from local.stripe.wire import lists
from local.stripe.wire.errors import broken
from local.stripe.wire.openapi import Resource

LIST = (*lists.PARAMETERS, "type", "types")


def emit(
    account: Account, happened: str, resource: Resource, *, before: Resource | None = None
) -> None:
    """Record an event and post it to the endpoints that listen; `before` holds changed fields."""
    endpoints = webhook_endpoints.listening(account, happened)
    data: Resource = {"object": deepcopy(resource)}
    event = account.keep(
        {
            "id": new_id("evt_3"),
            "object": "event",
            "api_version": account.shared.contract.version,
            "created": account.now(),
            "data": data | ({"previous_attributes": before} if before else {}),
            "livemode": False,
            "pending_webhooks": len(endpoints),
            "request": dict(account.asking),
            "type": happened,
        }
    )
    problems = account.shared.contract.check_event(event)
    if problems:
        raise broken(problems)
    for endpoint in endpoints:
        account.shared.deliveries.post(letter(account, event, endpoint))


def letter(account: Account, event: Resource, endpoint: Resource) -> Letter:
    """Write the event as it travels to an endpoint: rendered once, signed at each attempt."""
    version = endpoint["api_version"] or event["api_version"]
    return Letter(
        event=event["id"],
        type=event["type"],
        endpoint=endpoint["id"],
        url=endpoint["url"],
        secrets=tuple(account.notes[endpoint["id"]]["secrets"]),
        body=json.dumps(event | {"api_version": version}, indent=2).encode(),
    )


def resend(account: Account, event_id: str) -> None:
    """Send an event again to all that listen, whatever the delivery rules."""
    event = account.find("event", event_id, param="id")
    for endpoint in webhook_endpoints.listening(account, event["type"]):
        account.shared.deliveries.resend(letter(account, event, endpoint))


def retrieve(account: Account, _: Resource, *, id: str) -> Resource:  # noqa: A002 - Stripe's name
    """GET /v1/events/{id}."""
    return account.find("event", id, param="id")


def listed(account: Account, parameters: Resource) -> Resource:
    """GET /v1/events: how a reader finds what no webhook told."""
    wanted = {*parameters.get("types", ()), *filter(None, [parameters.get("type")])}
    found = (one for one in account.all("event") if not wanted or _matches(one["type"], wanted))
    return lists.page(found, parameters, url="/v1/events")


def _matches(happened: str, wanted: set[str]) -> bool:
    """Match a type against filters, which may end in a star: `charge.*`."""
    return any(
        happened == one or (one.endswith("*") and happened.startswith(one[:-1])) for one in wanted
    )
