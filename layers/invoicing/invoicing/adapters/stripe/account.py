"""A seller's account at Stripe, as the SDK speaks to it."""

from collections.abc import Callable
from functools import cache
from typing import Any

from stripe import InvalidRequestError, RequestsClient, StripeClient

from invoicing import settings
from invoicing.adapters.secrets import StripeSecrets
from invoicing.telemetry import tracer

PATIENCE_SECONDS = 5  # of one call; the functions that ask have 20


def client(secrets: StripeSecrets) -> StripeClient:
    """Give the client of an account; it is made once."""
    return _client(secrets.api_key.get_secret_value())


def found[T](read: Callable[[], T]) -> T | None:
    """Read what may be none of the account's: None of what its seller's account before has."""
    try:
        return read()
    except InvalidRequestError as error:
        if error.code != "resource_missing":
            raise
        return None


def id_of(reference: Any) -> str:  # noqa: ANN401  an id, or the object itself where it was expanded
    """Name an object that another one refers to."""
    return reference if isinstance(reference, str) else str(reference.id)


@cache
def _client(api_key: str) -> StripeClient:
    tracer.patch(["requests"])  # which the client calls with
    base = settings.optional("STRIPE_API_BASE")
    return StripeClient(
        api_key,
        base_addresses={"api": base, "files": base} if base else None,
        max_network_retries=1,
        http_client=RequestsClient(timeout=PATIENCE_SECONDS),
    )
