"""One stand-in for all tests; each has an account of its own, and none may break the contract."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import stripe

from local.stripe.server import StandIn, running
from local.stripe.webhooks import Rules
from local.stripe.wire.openapi import SPECIFICATION
from tests.local.stripe.shop import Inbox, a_client, listening

if not SPECIFICATION.exists():
    pytest.skip("`make environments` fetches Stripe's OpenAPI file", allow_module_level=True)


@pytest.fixture(scope="session")
def only_stand_in() -> Iterator[StandIn]:
    with running() as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(only_stand_in: StandIn) -> Iterator[StandIn]:
    only_stand_in.violations.clear()
    only_stand_in.deliveries.obey(Rules())
    only_stand_in.accounts.shared.clock.ahead = 0
    yield only_stand_in
    assert only_stand_in.violations == []


@pytest.fixture
def client(stand_in: StandIn) -> stripe.StripeClient:
    return a_client(stand_in.url, f"sk_test_{uuid4().hex}")


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with listening() as inbox:
        yield inbox
