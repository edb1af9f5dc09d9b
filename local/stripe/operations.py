"""The table of what the stand-in covers of Stripe's API, and with which parameters.

What is in Stripe's specification and not in here is refused by name, never half done.
"""

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from local.stripe.resources import (
    balance_transactions,
    charges,
    checkout_sessions,
    customers,
    disputes,
    events,
    files,
    payment_intents,
    payouts,
    refunds,
    session_drafts,
    transfer_intents,
    webhook_endpoints,
)
from local.stripe.wire import lists
from local.stripe.wire.errors import StripeError, not_covered
from local.stripe.wire.openapi import Contract, Resource

type Handler = Callable[..., Resource]
"""Takes the account, the parameters, and the path's ids by Stripe's names for them."""


@dataclass(frozen=True)
class Operation:
    """A method and path of the specification, and the parameters of it that have an effect."""

    method: str
    path: str
    handler: Handler
    covers: tuple[str, ...] = ()


SESSIONS = "/v1/checkout/sessions"
INTENTS = "/v1/payment_intents"
DISPUTES = "/v1/disputes"
ENDPOINTS = "/v1/webhook_endpoints"

OPERATIONS = (
    Operation("post", SESSIONS, checkout_sessions.create, session_drafts.COVERED),
    Operation("get", SESSIONS, checkout_sessions.listed, checkout_sessions.LIST),
    Operation("get", f"{SESSIONS}/{{session}}", checkout_sessions.retrieve),
    Operation("post", f"{SESSIONS}/{{session}}/expire", checkout_sessions.expire),
    Operation(
        "get", f"{SESSIONS}/{{session}}/line_items", checkout_sessions.lines, lists.PARAMETERS
    ),
    Operation("post", INTENTS, transfer_intents.create, payment_intents.CREATE),
    Operation("get", INTENTS, payment_intents.listed, payment_intents.LIST),
    Operation("get", f"{INTENTS}/{{intent}}", payment_intents.retrieve),
    Operation(
        "post", f"{INTENTS}/{{intent}}/cancel", transfer_intents.cancel, ("cancellation_reason",)
    ),
    Operation("post", "/v1/customers", customers.create, customers.CREATE),
    Operation("get", "/v1/customers/{customer}", customers.retrieve),
    Operation(
        "get",
        "/v1/customers/{customer}/cash_balance_transactions",
        customers.moves,
        lists.PARAMETERS,
    ),
    Operation("get", "/v1/charges", charges.listed, charges.LIST),
    Operation("get", "/v1/charges/{charge}", charges.retrieve),
    Operation("post", "/v1/refunds", refunds.create, refunds.CREATE),
    Operation("get", "/v1/refunds", refunds.listed, refunds.LIST),
    Operation("get", "/v1/refunds/{refund}", refunds.retrieve),
    Operation("post", "/v1/refunds/{refund}", refunds.update, ("metadata",)),
    Operation("get", DISPUTES, disputes.listed, disputes.LIST),
    Operation("get", f"{DISPUTES}/{{dispute}}", disputes.retrieve),
    Operation("post", f"{DISPUTES}/{{dispute}}", disputes.update, disputes.UPDATE),
    Operation("post", f"{DISPUTES}/{{dispute}}/close", disputes.accept),
    Operation("post", "/v1/files", files.create, files.CREATE),
    Operation("get", "/v1/files/{file}", files.retrieve),
    Operation("get", "/v1/payouts", payouts.listed, payouts.LIST),
    Operation("get", "/v1/payouts/{payout}", payouts.retrieve),
    Operation("get", "/v1/events", events.listed, events.LIST),
    Operation("get", "/v1/events/{id}", events.retrieve),
    Operation(
        "get",
        "/v1/balance_transactions",
        balance_transactions.listed,
        balance_transactions.LIST,
    ),
    Operation("get", "/v1/balance_transactions/{id}", balance_transactions.retrieve),
    Operation("post", ENDPOINTS, webhook_endpoints.create, webhook_endpoints.CREATE),
    Operation("get", ENDPOINTS, webhook_endpoints.listed, lists.PARAMETERS),
    Operation("get", f"{ENDPOINTS}/{{webhook_endpoint}}", webhook_endpoints.retrieve),
    Operation(
        "post",
        f"{ENDPOINTS}/{{webhook_endpoint}}",
        webhook_endpoints.update,
        webhook_endpoints.UPDATE,
    ),
    Operation("delete", f"{ENDPOINTS}/{{webhook_endpoint}}", webhook_endpoints.delete),
)


class Directory:
    """Finds the operation for a request."""

    def __init__(self, contract: Contract) -> None:
        self._covered = Map([_rule(one.method, one.path, one) for one in OPERATIONS])
        self._contract = contract

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        """Find the operation and its path's ids. Raises StripeError (404) where there is none."""
        try:
            operation, ids = self._covered.bind("").match(path, method)
        except HTTPException:
            raise self._nothing_at(method, path) from None
        return operation, dict(ids)

    def _nothing_at(self, method: str, path: str) -> StripeError:
        """Not covered here, or not even known to Stripe."""
        known = Map(
            [
                _rule(verb, template, None)
                for template, verbs in self._contract.paths.items()
                for verb in verbs
            ]
        )
        if known.bind("").test(path, method):
            return not_covered(f"{method} {path}", status=404)
        return StripeError(f"Unrecognized request URL ({method}: {path}).", status=404)


def _rule(method: str, path: str, operation: Operation | None) -> Rule:
    pattern = path.replace("{", "<").replace("}", ">")
    return Rule(pattern, methods=[method.upper()], endpoint=operation)
