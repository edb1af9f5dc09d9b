"""Stripe in memory, behind the SDK's client: sessions, payments and what became of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import stripe
from stripe import StripeObject

from tests.simulation.world import SECOND, World

if TYPE_CHECKING:
    from tests.simulation.vault import Vault

API_KEY = "sk_test_simulated"
WEBHOOK_SECRET = "whsec_simulated"  # noqa: S105  of nobody's account
WEEK = 7 * 86400  # seconds that a seller has to answer
HOSTED = "https://checkout.stripe.example/"

Kept = dict[str, dict[str, Any]]
Call = Callable[[str, Callable[[], Any]], Any]


class Till:
    """One account at Stripe that all sellers of a run share."""

    def __init__(self, world: World) -> None:
        self.sessions: Kept = {}
        self.intents: Kept = {}
        self.charges: Kept = {}
        self.refunds: Kept = {}
        self.disputes: Kept = {}
        self.customers: Kept = {}
        self.cash: list[dict[str, Any]] = []  # transactions of customers' cash balances
        self.lines: list[dict[str, Any]] = []  # of the account's balance
        self.events: list[dict[str, Any]] = []
        self.by_key: dict[str, str] = {}  # sessions by idempotency key
        self.by_refund_key: dict[str, str] = {}
        self.vault: Vault | None = None  # where buyers may transfer
        self._world = world
        self._objects: dict[str, StripeObject] = {}  # as they were read before

    # What buyers, their banks and the seller's dashboard do

    def pay(self, session_id: str, *, means: str = "card") -> str | None:
        """Pay a session that is open; give the payment, None if there is nothing to pay."""
        intent_id = self.begin(session_id, means=means)
        if intent_id:
            self.arrive(intent_id)
        return intent_id

    def begin(self, session_id: str, *, means: str) -> str | None:
        """Begin to pay a session that is open, as a direct debit does days before it arrives."""
        session = self.sessions[session_id]
        if session["status"] != "open":
            return None
        intent_id = f"pi_{len(self.intents) + 1}"
        charge = {
            "id": f"ch_{intent_id}",
            "object": "charge",
            "created": self.now(),
            "payment_method_details": {"type": means},
            "payment_intent": intent_id,
            "currency": session["currency"],
            "amount_captured": session["amount_total"],
            "metadata": session["metadata"],
        }
        self.charges[charge["id"]] = charge
        self.intents[intent_id] = {
            "id": intent_id,
            "object": "payment_intent",
            "status": "processing",
            "amount_received": 0,
            "currency": session["currency"],
            "latest_charge": charge,
            "metadata": session["metadata"],
            "next_action": None,
            "created": self.now(),
            "session": session_id,
        }
        session |= {"status": "complete", "payment_intent": intent_id}
        return intent_id

    def arrive(self, intent_id: str) -> None:
        """Let money arrive that was on its way."""
        intent = self.intents[intent_id]
        charge = intent["latest_charge"]
        charge["created"] = self.now()
        intent |= {"status": "succeeded", "amount_received": charge["amount_captured"]}
        self._book(charge, charge["amount_captured"], kind="charge")
        if intent["session"]:
            self.sessions[intent["session"]]["payment_status"] = "paid"

    def miss(self, intent_id: str) -> None:
        """Let money that was on its way not arrive."""
        self.intents[intent_id]["status"] = "requires_payment_method"

    def await_transfer(self, intent_id: str) -> str:
        """Have a payment wait for its buyer's transfer; give the customer that he is."""
        intent = self.intents[intent_id]
        amount = intent["latest_charge"]["amount_captured"]
        told = {"amount_remaining": amount, "hosted_instructions_url": HOSTED + intent_id}
        name = f"cus_{len(self.customers) + 1}"
        self.customers[name] = {
            "id": name,
            "object": "customer",
            "cash_balance": {"available": {"eur": 0}},
            "metadata": {"facturier_seller": intent["metadata"]["facturier_seller"]},
        }
        intent |= {
            "amount": amount,
            "customer": name,
            "status": "requires_action",
            "next_action": {"display_bank_transfer_instructions": told},
        }
        return name

    def fund(self, intent_id: str, amount: int) -> None:
        """Let some of a transfer come; what is too much stays in the customer's cash."""
        intent = self.intents[intent_id]
        told = intent["next_action"]["display_bank_transfer_instructions"]
        part = min(amount, told["amount_remaining"])
        told["amount_remaining"] -= part
        applied = {"payment_intent": intent_id}
        self.cash.append(
            {"customer": intent["customer"], "created": self.now(), "applied_to_payment": applied}
        )
        self.customers[intent["customer"]]["cash_balance"]["available"]["eur"] += amount - part
        if not told["amount_remaining"]:
            intent["next_action"] = None
            self.arrive(intent_id)

    def left(self, intent_id: str) -> int:
        """Say how much of a payment may still be sent back."""
        gone = sum(
            each["amount"]
            for each in self.refunds.values()
            if each["payment_intent"] == intent_id and not self._is_the_sellers(each)
        )
        disputed = any(each["payment_intent"] == intent_id for each in self.disputes.values())
        return 0 if disputed else int(self.intents[intent_id]["amount_received"]) - gone

    def _is_the_sellers(self, refund: dict[str, Any]) -> bool:
        """Say whether the seller has the money of a refund that ended."""
        back = refund["failure_balance_transaction"] or not refund["balance_transaction"]
        return bool(back and refund["status"] in {"failed", "canceled"})

    def moved(self) -> dict[str, tuple[str, int]]:
        """Give all money that ever moved, by what a receipt names as its source: for which
        invoice, and how many cents."""
        numbers = {
            name: each["metadata"]["facturier_invoice"] for name, each in self.intents.items()
        }
        found = {
            name: (numbers[name], int(each["amount_received"]))
            for name, each in self.intents.items()
            if each["status"] == "succeeded"
        }
        for name, each in self.refunds.items():
            if each["balance_transaction"]:
                found[name] = (numbers[each["payment_intent"]], int(each["amount"]))
            if each["failure_balance_transaction"]:
                found[f"{name}.failed"] = found[name]
        for name, each in self.disputes.items():
            moved = (numbers[each["payment_intent"]], int(each["amount"]))
            ways = ("withdrawn", "reinstated")[: len(each["balance_transactions"])]
            found |= {f"{name}.{way}": moved for way in ways}
        return found

    def refund(
        self,
        intent_id: str,
        amount: int,
        metadata: dict[str, str] | None = None,
        *,
        status: str = "succeeded",
    ) -> str:
        """Send some of a payment back, as in Stripe's dashboard or by a call; never too much."""
        left = self.left(intent_id)
        if not 0 < amount <= left:
            raise stripe.InvalidRequestError(f"{amount} is more than {left}", "amount")
        name = f"re_{len(self.refunds) + 1}"
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "failure_balance_transaction": None,
            "created": self.now(),
            "currency": self.intents[intent_id]["currency"],
            "payment_intent": intent_id,
            "metadata": metadata or {},
            "reason": None,
            "status": status,
        }
        if status == "succeeded":
            self.send_off(name)
        return name

    def send_off(self, refund_id: str, status: str = "succeeded") -> None:
        """Take a refund from the account's balance, also one that still waits for the buyer."""
        refund = self.refunds[refund_id]
        line = self._book(refund, -refund["amount"], kind="refund")
        refund |= {"status": status, "balance_transaction": line["id"]}

    def fail(self, refund_id: str, status: str = "failed") -> None:
        """Bring a refund back, to the balance that it was taken from, if it was."""
        refund = self.refunds[refund_id]
        refund["status"] = status
        if refund["balance_transaction"]:
            line = self._book(refund, refund["amount"], kind="refund_failure")
            refund["failure_balance_transaction"] = line["id"]

    def expire(self, refund_id: str) -> str:
        """End a refund for which nobody gave bank details; give the customer who has it in cash."""
        refund = self.refunds[refund_id]
        refund["status"] = "failed"
        customer: str = self.intents[refund["payment_intent"]]["customer"]
        self.customers[customer]["cash_balance"]["available"]["eur"] += refund["amount"]
        return customer

    def dispute(self, intent_id: str) -> str:
        """Withdraw a payment because the buyer's bank asked for it."""
        name = self.inquire(intent_id)
        self.withdraw(name)
        return name

    def inquire(self, intent_id: str) -> str:
        """Ask about a payment, as a buyer's bank may before it takes anything back."""
        name, intent = f"du_{len(self.disputes) + 1}", self.intents[intent_id]
        self.disputes[name] = {
            "id": name,
            "object": "dispute",
            "amount": intent["amount_received"],
            "balance_transactions": [],
            "created": self.now(),
            "currency": intent["currency"],
            "evidence_details": {"due_by": self.now() + WEEK, "submission_count": 0},
            "payment_intent": intent_id,
            "reason": "fraudulent",
            "status": "warning_needs_response",
        }
        return name

    def withdraw(self, dispute_id: str) -> None:
        """Take the money of a disputed payment."""
        dispute = self.disputes[dispute_id]
        dispute["status"] = "needs_response"
        self._move(dispute, -dispute["amount"])

    def decide(self, dispute_id: str, outcome: str) -> None:
        """Decide a dispute: `won`, `lost`, or `warning_closed` for an inquiry."""
        dispute = self.disputes[dispute_id]
        dispute["status"] = outcome
        if outcome == "won":
            self._move(dispute, dispute["amount"])

    def tell(self, kind: str, about: str) -> None:
        """Keep an event, whoever hears of it."""
        event = {"type": kind, "created": self.now(), "data": {"object": {"id": about}}}
        self.events.append({"id": f"evt_{len(self.events) + 1}", "object": "event"} | event)

    def _move(self, dispute: dict[str, Any], amount: int) -> None:
        line = self._book(dispute, amount, kind="adjustment")
        dispute["balance_transactions"].append(line)

    def _book(self, source: dict[str, Any], amount: int, *, kind: str) -> dict[str, Any]:
        line = {
            "id": f"txn_{len(self.lines) + 1}",
            "object": "balance_transaction",
            "amount": amount,
            "created": self.now(),
            "currency": source["currency"],
            "fee": 0,
            "net": amount,
            "type": kind,
        }
        self.lines.append(line | {"source": source})
        return line

    def now(self) -> int:
        """Read Stripe's clock."""
        return self._world.now // SECOND

    def open(self, amount: int, metadata: dict[str, str]) -> str:
        """Open a session beside the product, as an operator's own link would."""
        name = f"cs_{len(self.sessions) + 1}"
        self.sessions[name] = {
            "id": name,
            "object": "checkout.session",
            "url": HOSTED + name,
            "status": "open",
            "payment_status": "unpaid",
            "amount_total": amount,
            "currency": "eur",
            "metadata": metadata,
            "payment_intent": None,
        }
        return name

    # What the SDK does

    def client(self, call: Call) -> SimpleNamespace:
        """Give what product code takes for a StripeClient."""

        def create(params: dict[str, Any], options: dict[str, Any]) -> StripeObject:
            key = options["idempotency_key"]
            return call(f"stripe.create {key}", lambda: self._create(params, key))

        def expire(name: str) -> StripeObject:
            return call(f"stripe.expire {name}", lambda: self._expire(name))

        def reading(kept: Kept) -> Callable[..., StripeObject]:
            def retrieve(name: str, params: dict[str, Any] | None = None) -> StripeObject:
                expands = bool(params and params.get("expand"))
                return call(f"stripe.retrieve {name}", lambda: self._read(kept, name, expands))

            return retrieve

        def listing(kept: Kept) -> Callable[..., SimpleNamespace]:
            def list_(params: dict[str, Any]) -> SimpleNamespace:
                intent = params.get("payment_intent", "")
                return call(f"stripe.list {intent}", lambda: self._list(kept, params))

            return list_

        def looking(kept: list[dict[str, Any]]) -> Callable[..., SimpleNamespace]:
            def list_(params: dict[str, Any]) -> SimpleNamespace:
                return call("stripe.list", lambda: self._listed(kept, params))

            return list_

        sessions = SimpleNamespace(create=create, retrieve=reading(self.sessions), expire=expire)
        v1 = SimpleNamespace(
            checkout=SimpleNamespace(sessions=sessions),
            customers=SimpleNamespace(
                create=self._making(call, self._customer),
                retrieve=reading(self.customers),
                cash_balance_transactions=SimpleNamespace(list=self._cash(call)),
            ),
            payment_intents=SimpleNamespace(
                create=self._making(call, self._ask),
                cancel=self._cancelling(call),
                retrieve=reading(self.intents),
                list=self._payments(call),
            ),
            charges=SimpleNamespace(retrieve=reading(self.charges)),
            refunds=SimpleNamespace(
                retrieve=reading(self.refunds),
                list=listing(self.refunds),
                create=self._making(call, self._refund),
            ),
            disputes=SimpleNamespace(retrieve=reading(self.disputes), list=listing(self.disputes)),
            balance_transactions=SimpleNamespace(list=looking(self.lines)),
            events=SimpleNamespace(list=looking(self.events)),
        )
        return SimpleNamespace(v1=v1)

    def _cash(self, call: Call) -> Callable[..., SimpleNamespace]:
        def list_(name: str, _: dict[str, Any]) -> SimpleNamespace:
            return call(f"stripe.cash {name}", lambda: self._of_customer(self.cash, name))

        return list_

    def _making(
        self, call: Call, make: Callable[[dict[str, Any], str], StripeObject]
    ) -> Callable[..., StripeObject]:
        def create(params: dict[str, Any], options: dict[str, Any]) -> StripeObject:
            key = options["idempotency_key"]
            return call(f"stripe.create {key}", lambda: make(params, key))

        return create

    def _cancelling(self, call: Call) -> Callable[..., StripeObject]:
        def cancel(name: str, _: dict[str, Any]) -> StripeObject:
            return call(f"stripe.cancel {name}", lambda: self._cancel(name))

        return cancel

    def _payments(self, call: Call) -> Callable[..., SimpleNamespace]:
        def list_(params: dict[str, Any]) -> SimpleNamespace:
            name, kept = params["customer"], self.intents.values()
            return call(f"stripe.payments {name}", lambda: self._of_customer(kept, name))

        return list_

    def _create(self, params: dict[str, Any], key: str) -> StripeObject:
        if key not in self.by_key:
            (item,) = params["line_items"]
            amount = item["quantity"] * item["price_data"]["unit_amount"]
            self.by_key[key] = self.open(amount, params["metadata"])
            self.sessions[self.by_key[key]]["cancel_url"] = params["cancel_url"]
        return self._read(self.sessions, self.by_key[key], expands=False)

    def _customer(self, params: dict[str, Any], key: str) -> StripeObject:
        assert self.vault
        return self._read(self.customers, self.vault.customer(params, key), expands=False)

    def _ask(self, params: dict[str, Any], key: str) -> StripeObject:
        assert self.vault
        return self._read(self.intents, self.vault.ask(params, key), expands=False)

    def _cancel(self, name: str) -> StripeObject:
        assert self.vault
        self.vault.cancel(name)
        return self._read(self.intents, name, expands=False)

    def _refund(self, params: dict[str, Any], key: str) -> StripeObject:
        if "origin" in params:
            assert self.vault
            return self._read(self.refunds, self.vault.send_back(params, key), expands=False)
        if key not in self.by_refund_key:
            made = self.refund(params["payment_intent"], params["amount"], params["metadata"])
            self.by_refund_key[key] = made
        return self._read(self.refunds, self.by_refund_key[key], expands=False)

    def _expire(self, name: str) -> StripeObject:
        session = self.sessions[name]
        if session["status"] != "open":
            raise stripe.InvalidRequestError(f"Only open sessions expire: {name}", "id")
        session |= {"status": "expired", "url": None}
        return self._read(self.sessions, name, expands=False)

    def _read(self, kept: Kept, name: str, expands: bool) -> StripeObject:  # noqa: FBT001  bound at once
        if name not in kept:
            raise stripe.InvalidRequestError(f"No such: {name}", "id", code="resource_missing")
        values = dict(kept[name])  # the SDK copies what it is given
        if expands and values["object"] == "checkout.session" and values["payment_intent"]:
            values["payment_intent"] = self.intents[values["payment_intent"]]
        return self._object(values)

    def _object(self, values: dict[str, Any]) -> StripeObject:
        """Give what the SDK makes of values; it takes its time for that."""
        text = json.dumps(values)
        if text not in self._objects:
            self._objects[text] = StripeObject.construct_from(values, API_KEY)
        return self._objects[text]

    def _listed(self, kept: list[dict[str, Any]], params: dict[str, Any]) -> SimpleNamespace:
        within, types = params["created"], params.get("types")
        found = [
            each
            for each in reversed(kept)
            if within["gte"] <= each["created"] < within.get("lt", each["created"] + 1)
            and (not types or each["type"] in types)
        ]
        read = [self._object(each) for each in found]
        return SimpleNamespace(auto_paging_iter=lambda: iter(read))

    def _list(self, kept: Kept, params: dict[str, Any]) -> SimpleNamespace:
        if "created" in params:
            return self._listed(list(kept.values()), params)
        intent = params["payment_intent"]
        found = [each for each in reversed(kept.values()) if each["payment_intent"] == intent]
        read = [self._object(each) for each in found]
        return SimpleNamespace(auto_paging_iter=lambda: iter(read))

    def _of_customer(self, kept: Iterable[dict[str, Any]], name: str) -> SimpleNamespace:
        found = [each for each in kept if each.get("customer") == name]
        read = [self._object(each) for each in reversed(found)]
        return SimpleNamespace(auto_paging_iter=lambda: iter(read))
