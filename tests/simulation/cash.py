"""What must be true of attempts at paying and of buyers' cash at Stripe, after each run."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.simulation.books import Books, cents

LEAST = 50  # cents that Stripe charges
NIGHTS = 3 * 86400  # seconds after which free cash was reported and sent back


def attempts(books: Books) -> Iterator[str]:
    """What a buyer may still pay at Stripe is what is open, by one attempt at most."""
    till = books.cloud.till
    latest = {
        tuple(item["pk"].split("#")[1:]): _session(item)
        for item in books.items("Operations", starting="CHECKOUT#")
    }
    states = {item["pk"]: item for item in books.items("Heads", starting="STATE#")}
    for each in books.of_kind("invoice"):
        key = each.seller, each.number
        state = Counter(states.get(f"STATE#{each.seller}#{each.number}", {}))
        kept = state["paid"] - state["refunded"] - state["withdrawn"]
        due = cents(each.body["draft"]["totals"]["due"]) - state["credited"] - kept
        asked = {
            name: intent["amount"]
            for name, intent in till.intents.items()
            if intent["status"] == "requires_action" and _about(intent) == key
        }
        session = latest.get(key, "")
        if session in books.told.led_to and till.sessions[session]["status"] == "open":
            asked[session] = till.sessions[session]["amount_total"]
        for name, amount in asked.items():
            less = state["withdrawn"] and amount < due
            if (amount != due and not less) or due < LEAST:
                yield f"{name} asks for {amount} of {each.number}, {due} is open"
        if len(asked) > 1 or set(asked) - {session}:
            yield f"{each.number} may be paid by {sorted(asked)}, the latest is {session}"


def cash(books: Books) -> Iterator[str]:
    """Each cent that a buyer transferred is in the books, waits, is free, or went back once."""
    vault = books.cloud.till.vault
    if not vault:
        return
    till = vault.till
    received: Counter[str] = Counter()
    for each in books.of_kind("receipt"):
        payer = till.intents.get(each.source, {}).get("customer")
        received[f"{payer}"] += cents(each.body["draft"]["movement"]["amount"]) if payer else 0
    back: Counter[str] = Counter()
    for refund in till.refunds.values():
        back[refund.get("customer", "")] += refund["amount"]
    for customer, came in vault.funded.items():
        waits = sum(
            each["amount"]
            - each["next_action"]["display_bank_transfer_instructions"]["amount_remaining"]
            for each in vault.waiting(customer)
        )
        found = received[customer] + waits + vault.free(customer) + back[customer]
        if found != came:
            yield f"{customer} transferred {came}, of which {found} is known"
        if _should_be_gone(books, customer) and vault.free(customer):
            yield f"{vault.free(customer)} of {customer} should have gone back"


def _should_be_gone(books: Books, customer: str) -> bool:
    """Say whether a rule owes him what is free: it stayed over a night, and he paid an invoice.

    Nights are skipped here, so what is heard of late is reported late.
    """
    till = books.cloud.till
    moved = [each["created"] for each in till.cash if each["customer"] == customer]
    moved += [
        int(datetime.fromisoformat(item["heard_at"]).timestamp())
        for item in books.items("Operations", starting="HOLDING#atelier")
        if item["sk"] == customer
    ]
    has_paid = any(
        each.get("customer") == customer and each["status"] == "succeeded"
        for each in till.intents.values()
    )
    rests = till.now() - max(moved, default=0) > NIGHTS
    of = till.customers[customer]["metadata"]["facturier_seller"]
    return has_paid and rests and of == "atelier"


def _session(item: dict[str, Any]) -> str:
    return str(json.loads(item["checkout"])["session"])


def _about(intent: dict[str, Any]) -> tuple[str, str]:
    said = intent["metadata"]
    return said["facturier_seller"], said["facturier_invoice"]
