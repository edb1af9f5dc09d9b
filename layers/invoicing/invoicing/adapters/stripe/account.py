"""A seller's account at Stripe, as the SDK speaks to it."""

from collections.abc import Callable
from functools import cache

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
