"""A Checkout Session as it is asked for: what Stripe checks, and what it fills in."""

from urllib.parse import urlsplit

from local.stripe.accounts import Account, new_id
from local.stripe.resources.payment_methods import NO_ADDRESS
from local.stripe.wire import parameters
from local.stripe.wire.errors import StripeError, missing, not_covered
from local.stripe.wire.openapi import Resource

COVERED = (
    "mode",
    "line_items.price_data.currency",
    "line_items.price_data.unit_amount",
    "line_items.price_data.product_data.name",
    "line_items.price_data.product_data.metadata",
    "line_items.quantity",
    "customer",
    "customer_email",
    "client_reference_id",
    "locale",
    "metadata",
    "payment_intent_data.metadata",
    "payment_intent_data.description",
    "payment_intent_data.receipt_email",
    "payment_method_options.customer_balance.funding_type",
    "payment_method_options.customer_balance.bank_transfer.type",
    "payment_method_options.customer_balance.bank_transfer.eu_bank_transfer.country",
    "payment_method_types",
    "success_url",
    "cancel_url",
    "expires_at",
    "submit_type",
    "ui_mode",
)
SHORTEST_SECONDS = 30 * 60
LONGEST_SECONDS = 24 * 60 * 60


def refuse_other_modes(asked: Resource) -> None:
    """Refuse what cannot be paid on a hosted page, and what the stand-in leaves out."""
    for required in ("mode", "line_items", "success_url"):
        if not asked.get(required):
            raise missing(required)
    for name, only in (("mode", "payment"), ("ui_mode", "hosted_page")):
        if asked.get(name, only) != only:
            raise not_covered(f"{name}={asked[name]}")


def opened(account: Account, asked: Resource, *, currency: str, total: int) -> Resource:
    """Draft an open session; its intent comes when the buyer first tries to pay."""
    made = new_id("cs_test_a1", 56)
    email = _email(asked)
    return {
        "id": made,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": _address(asked, "cancel_url"),
        "client_reference_id": asked.get("client_reference_id"),
        "collected_information": {"shipping_details": None},
        "created": account.now(),
        "currency": currency,
        "custom_fields": [],
        "custom_text": {},
        "customer": _customer(account, asked),
        "customer_creation": None if asked.get("customer") else "if_required",
        "customer_details": customer(email) if email else None,
        "customer_email": email,
        "expires_at": _expiry(account, asked),
        "livemode": False,
        "locale": asked.get("locale"),
        "metadata": parameters.metadata(asked.get("metadata")),
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": {
            "card": {"request_three_d_secure": "automatic"},
            **asked.get("payment_method_options", {}),
        },
        "payment_method_types": _methods(asked, currency),
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "submit_type": asked.get("submit_type"),
        "success_url": _address(asked, "success_url"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{account.shared.origin}/c/pay/{made}",
    }


def customer(email: str | None) -> Resource:
    """Say what is known of the buyer."""
    return {
        "address": dict(NO_ADDRESS),
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": None,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def _customer(account: Account, asked: Resource) -> str | None:
    """Give who is known already; his address is his own, and none may be given beside him."""
    wanted: str | None = asked.get("customer")
    if wanted is None:
        return None
    if "customer_email" in asked:
        raise StripeError(
            "You may only specify one of these parameters: customer, customer_email.",
            code="parameters_exclusive",
        )
    return str(account.find("customer", wanted, param="customer", status=400)["id"])


def _email(asked: Resource) -> str | None:
    email: str | None = asked.get("customer_email")
    if email is not None and not all(email.partition("@")):
        raise StripeError(
            f"Invalid email address: {email}", code="email_invalid", param="customer_email"
        )
    return email


def _address(asked: Resource, name: str) -> str | None:
    url: str | None = asked.get(name)
    if url is not None and urlsplit(url).scheme not in {"http", "https"}:
        raise StripeError("Not a valid URL", code="url_invalid", param=name)
    return url


def _expiry(account: Account, asked: Resource) -> int:
    """Between 30 minutes and 24 hours from now; a link for longer cannot be a session."""
    now = account.now()
    expiry = int(asked.get("expires_at", now + LONGEST_SECONDS))
    if expiry < now + SHORTEST_SECONDS:
        bound = "at least 30 minutes"
    elif expiry > now + LONGEST_SECONDS:
        bound = "less than 24 hours"
    else:
        return expiry
    raise StripeError(
        f"The `expires_at` timestamp must be {bound} from Checkout Session creation.",
        param="expires_at",
    )


def _methods(asked: Resource, currency: str) -> list[str]:
    """Choose what the page offers: SEPA moves euros alone, and only who is known can transfer."""
    offered = ["card", "sepa_debit"] if currency == "eur" else ["card"]
    if asked.get("customer") and "customer_balance" in asked.get("payment_method_options", {}):
        offered.append("customer_balance")
    wanted: list[str] = asked.get("payment_method_types", offered)
    for method in wanted:
        if method not in offered:
            raise not_covered(f"the payment method {method} in {currency}")
    return wanted
