"""Stripe in memory, behind the SDK's client: sessions, payments and what became of them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import stripe
from stripe.checkout import Session

from tests.simulation.world import SECOND, World

API_KEY = "sk_test_simulated"
WEBHOOK_SECRET = "whsec_simulated"  # noqa: S105  of nobody's account
HOSTED = "https://checkout.stripe.example/"

Call = Callable[[str, Callable[[], Any]], Any]


class Till:
    """One account at Stripe that all sellers of a run share."""

    def __init__(self, world: World) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.intents: dict[str, dict[str, Any]] = {}
        self.by_key: dict[str, str] = {}  # sessions by idempotency key
        self._world = world

    # What the buyer does

    def pay(self, session_id: str, *, means: str = "card") -> str | None:
        """Pay a session that is open; give the payment, None if there is nothing to pay."""
        session = self.sessions[session_id]
        if session["status"] != "open":
            return None
        intent_id = f"pi_{len(self.intents) + 1}"
        charge = {
            "id": f"ch_{intent_id}",
            "created": self._world.now // SECOND,
            "payment_method_details": {"type": means},
        }
        self.intents[intent_id] = {
            "id": intent_id,
            "object": "payment_intent",
            "status": "succeeded",
            "amount_received": session["amount_total"],
            "currency": session["currency"],
            "latest_charge": charge,
        }
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": intent_id}
        return intent_id

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

        def create(params: dict[str, Any], options: dict[str, Any]) -> Session:
            key = options["idempotency_key"]
            return call(f"stripe.create {key}", lambda: self._create(params, key))

        def retrieve(name: str, params: dict[str, Any] | None = None) -> Session:
            expands = bool(params and params.get("expand"))
            return call(f"stripe.retrieve {name}", lambda: self._read(name, expands=expands))

        def expire(name: str) -> Session:
            return call(f"stripe.expire {name}", lambda: self._expire(name))

        sessions = SimpleNamespace(create=create, retrieve=retrieve, expire=expire)
        return SimpleNamespace(v1=SimpleNamespace(checkout=SimpleNamespace(sessions=sessions)))

    def _create(self, params: dict[str, Any], key: str) -> Session:
        if key not in self.by_key:
            (item,) = params["line_items"]
            amount = item["quantity"] * item["price_data"]["unit_amount"]
            self.by_key[key] = self.open(amount, params["metadata"])
        return self._read(self.by_key[key], expands=False)

    def _expire(self, name: str) -> Session:
        session = self.sessions[name]
        if session["status"] != "open":
            raise stripe.InvalidRequestError(f"Only open sessions expire: {name}", "id")
        session |= {"status": "expired", "url": None}
        return self._read(name, expands=False)

    def _read(self, name: str, *, expands: bool) -> Session:
        if name not in self.sessions:
            raise stripe.InvalidRequestError(f"No such session: {name}", "id")
        values = dict(self.sessions[name])
        if expands and values["payment_intent"]:
            values["payment_intent"] = self.intents[values["payment_intent"]]
        session: Session = Session.construct_from(values, API_KEY)
        return session
