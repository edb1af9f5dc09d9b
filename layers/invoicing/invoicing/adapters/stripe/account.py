"""A seller's account at Stripe, as the SDK speaks to it."""

from functools import cache

from stripe import RequestsClient, StripeClient

from invoicing import settings
from invoicing.adapters.secrets import StripeSecrets

PATIENCE_SECONDS = 5  # of one call; the functions that ask have 20


def client(secrets: StripeSecrets) -> StripeClient:
    """Give the client of an account; it is made once."""
    return _client(secrets.api_key.get_secret_value())


def checkout_origin() -> str:
    """Give the origin of the hosted payment pages."""
    return settings.optional("STRIPE_API_BASE") or "https://checkout.stripe.com"


@cache
def _client(api_key: str) -> StripeClient:
    base = settings.optional("STRIPE_API_BASE")
    return StripeClient(
        api_key,
        base_addresses={"api": base, "files": base} if base else None,
        max_network_retries=1,
        http_client=RequestsClient(timeout=PATIENCE_SECONDS),
    )
