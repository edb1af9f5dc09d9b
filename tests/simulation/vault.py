"""What buyers transfer to Stripe: their cash there, and the payments that wait for it."""

from typing import Any

import stripe

from tests.simulation.till import HOSTED, Till

Event = tuple[str, str]  # its type, and the object that it is about


class Vault:
    """The customers of a till, whose cash goes to what waits for it: first to the exact sum."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.funded: dict[str, int] = {}  # cents that came, by customer
        self._by_key: dict[str, str] = {}
        till.vault = self

    # What buyers and their banks do

    def fund(self, customer: str, amount: int) -> list[Event]:
        """Let a transfer come; give what Stripe tells of it."""
        self.funded[customer] = self.funded.get(customer, 0) + amount
        return self._moved(customer, amount)

    def free(self, customer: str) -> int:
        """Say how much of a customer's cash nobody needs."""
        free: int = self._cash(customer)["eur"]
        return free

    def waiting(self, customer: str | None = None) -> list[dict[str, Any]]:
        """Give the payments that wait for a transfer, the oldest first."""
        return [
            each
            for each in self.till.intents.values()
            if each["status"] == "requires_action" and customer in {None, each["customer"]}
        ]

    # What the SDK does

    def customer(self, params: dict[str, Any], key: str) -> str:
        """Make a customer, once."""
        name = self._by_key.setdefault(key, f"cus_{len(self.till.customers) + 1}")
        if name not in self.till.customers:
            self.till.customers[name] = {
                "id": name,
                "object": "customer",
                "cash_balance": {"available": {"eur": 0}},
                "metadata": params["metadata"],
            }
        return name

    def ask(self, params: dict[str, Any], key: str) -> str:
        """Ask for a transfer, once; cash that is free pays as much of it at once."""
        if key in self._by_key:
            return self._by_key[key]
        name = self._by_key[key] = f"pi_{len(self.till.intents) + 1}"
        amount = params["amount"]
        told = {"amount_remaining": amount, "hosted_instructions_url": HOSTED + name}
        common = {"currency": params["currency"], "metadata": params["metadata"]}
        charge = common | {
            "id": f"ch_{name}",
            "object": "charge",
            "created": self.till.now(),
            "payment_method_details": {"type": "customer_balance"},
            "payment_intent": name,
            "amount_captured": amount,
        }
        self.till.intents[name] = common | {
            "id": name,
            "object": "payment_intent",
            "status": "requires_action",
            "amount": amount,
            "amount_received": 0,
            "latest_charge": charge,
            "customer": params["customer"],
            "next_action": {"display_bank_transfer_instructions": told},
            "created": self.till.now(),
            "session": None,
        }
        self.till.tell("payment_intent.requires_action", name)
        self._apply(params["customer"])
        return name

    def cancel(self, name: str) -> None:
        """Cancel a payment that waits; what came for it is free."""
        intent = self.till.intents[name]
        if intent["status"] != "requires_action":
            raise stripe.InvalidRequestError(f"{name} is {intent['status']}", "intent")
        came = intent["amount"] - _told(intent)["amount_remaining"]
        intent |= {"status": "canceled", "next_action": None}
        self.till.tell("payment_intent.canceled", name)
        if came:
            self._moved(intent["customer"], came)

    def send_back(self, params: dict[str, Any], key: str) -> str:
        """Send free cash back, once; the buyer is asked for his bank details."""
        if key in self._by_key:
            return self._by_key[key]
        cash, amount = self._cash(params["customer"]), params["amount"]
        if amount > cash["eur"]:
            raise stripe.InvalidRequestError(f"{amount} is more than {cash['eur']}", "amount")
        name = self._by_key[key] = f"re_{len(self.till.refunds) + 1}"
        self.till.refunds[name] = {
            "id": name,
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "failure_balance_transaction": None,
            "created": self.till.now(),
            "currency": params["currency"],
            "customer": params["customer"],
            "payment_intent": None,
            "metadata": params["metadata"],
            "reason": None,
            "status": "requires_action",
        }
        self._moved(params["customer"], -amount)
        return name

    # Cash

    def _cash(self, customer: str) -> dict[str, int]:
        cash: dict[str, int] = self.till.customers[customer]["cash_balance"]["available"]
        return cash

    def _moved(self, customer: str, amount: int) -> list[Event]:
        self._cash(customer)["eur"] += amount
        self._note(customer)
        return [*self._apply(customer), ("customer_cash_balance_transaction.created", customer)]

    def _note(self, customer: str, intent: str | None = None) -> None:
        applied = {"applied_to_payment": {"payment_intent": intent}} if intent else {}
        self.till.cash.append({"customer": customer, "created": self.till.now()} | applied)
        self.till.tell("customer_cash_balance_transaction.created", customer)

    def _apply(self, customer: str) -> list[Event]:
        cash, waiting = self._cash(customer), self.waiting(customer)
        exact = [each for each in waiting if _told(each)["amount_remaining"] == cash["eur"]]
        found = []
        for intent in exact[:1] or waiting:
            part = min(cash["eur"], _told(intent)["amount_remaining"])
            if part:
                cash["eur"] -= part
                found.append(self._pay(intent, part))
        return found

    def _pay(self, intent: dict[str, Any], part: int) -> Event:
        name: str = intent["id"]
        self._note(intent["customer"], name)
        _told(intent)["amount_remaining"] -= part
        kind = "payment_intent.partially_funded"
        if not _told(intent)["amount_remaining"]:
            intent["next_action"] = None
            self.till.charges[intent["latest_charge"]["id"]] = intent["latest_charge"]
            self.till.arrive(name)
            kind = "payment_intent.succeeded"
        self.till.tell(kind, name)
        return kind, name


def _told(intent: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = intent["next_action"]["display_bank_transfer_instructions"]
    return told
