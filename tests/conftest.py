"""What many tests stand on; no fixture here is used without being named, but one that forbids."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import boto3
import hypothesis
import pytest
from aws_lambda_powertools.utilities import parameters

from invoicing.adapters.documents_bucket import anchors_bucket, shelf
from invoicing.adapters.ledger.closed_books import closed_books
from invoicing.adapters.ledger.ledger_table import book
from invoicing.adapters.operations.keys_table import keys
from invoicing.adapters.operations.requests_table import inbox
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.adapters.paper import weasyprint_layer
from invoicing.adapters.stripe import account as stripe_account
from layers import layer
from layers.networks import build as networks_layer
from layers.weasyprint import build as our_weasyprint
from local.stripe.server import StandIn, running
from local.stripe.wire.openapi import SPECIFICATION
from tests import aws
from tests.builders import a_seller, an_api_key
from tests.stripe_accounts import Account

pytest_plugins = ["tests.running"]

ONCE = (anchors_bucket, book, closed_books, inbox, keys, sellers, shelf)
NOBODY = "http://127.0.0.1:9"  # the port of discard: a test that wants an answer says so


def pytest_configure(config: pytest.Config) -> None:
    """Hurry nobody, the machine is shared; be silent where there was nothing to count."""
    hypothesis.settings.register_profile("facturier", deadline=None)
    hypothesis.settings.load_profile("facturier")
    config.addinivalue_line("filterwarnings", "ignore:No application metrics to publish")


@pytest.fixture(scope="session")
def networks() -> Iterator[None]:
    """Have the rules of Peppol and XRechnung, which are in their layer alone."""
    python = str(networks_layer.build(layer.this_machine()) / "python")
    sys.path.append(python)
    yield
    sys.path.remove(python)


@pytest.fixture(scope="module")
def shipped() -> Iterator[str]:
    """Put the layer that draws first, as Lambda does."""
    python = str(our_weasyprint.build(layer.this_machine()) / "python")
    sys.path.insert(0, python)
    yield python
    sys.path.remove(python)


@pytest.fixture(scope="session", autouse=True)
def _drawn_as_shipped() -> Iterator[None]:
    """Let no test draw with the system's fonts: all that are drawn after it would have them."""
    find = weasyprint_layer._layer  # noqa: SLF001  it has one answer for a whole process

    def found() -> Path:
        there = find()
        assert there, "who draws asks for `shipped`"
        return there

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(weasyprint_layer, "_layer", found)
        yield


@contextmanager
def deploying(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, str]]:
    """Have the template's tables, bucket and queues, empty, in this process' environment."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", aws.REGION)
    for once in ONCE:
        once.cache_clear()
    parameters.clear_caches()
    with aws.made() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        for name in ("VIES_ENDPOINT", "ECB_ENDPOINT"):
            monkeypatch.setenv(name, NOBODY)
        monkeypatch.setenv("SCHEDULES_AHEAD", "true")  # a test lets days pass
        yield environment
    for once in ONCE:
        once.cache_clear()


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, str]]:
    """Have them for one test."""
    with deploying(monkeypatch) as environment:
        yield environment


@pytest.fixture
def shop(deployed: Mapping[str, str]) -> Mapping[str, str]:
    """Have a seller whose shop may call with `KEY`."""
    sellers().save(a_seller())
    keys().save(an_api_key())
    return deployed


@pytest.fixture
def neighbour(shop: Mapping[str, str]) -> str:  # noqa: ARG001  made after it
    """Have another seller; give the key of his shop."""
    sellers().save(a_seller(id="lampes"))
    keys().save(an_api_key("fk_lampes", seller="lampes"))
    return "fk_lampes"


@pytest.fixture(scope="session")
def stand_in_for_stripe() -> Iterator[StandIn]:
    """Run the stand-in once; each test has an account of its own on it."""
    if not SPECIFICATION.exists():
        pytest.skip("`make environments` fetches Stripe's OpenAPI file")
    with running() as stand_in:
        yield stand_in


@pytest.fixture
def account(stand_in_for_stripe: StandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """Have an account at Stripe; the stand-in must find nothing against what was asked of it."""
    stand_in_for_stripe.violations.clear()
    monkeypatch.setenv("STRIPE_API_BASE", stand_in_for_stripe.url)
    monkeypatch.setattr(stripe_account, "PATIENCE_SECONDS", 60)  # who is given up leads nowhere
    yield Account(stand_in_for_stripe.url)
    assert stand_in_for_stripe.violations == []


@pytest.fixture
def connected(shop: Mapping[str, str], account: Account) -> Account:
    """Have a seller who takes payments through an account at Stripe."""
    boto3.client("secretsmanager", aws.REGION).create_secret(
        Name=f"{shop['SECRETS_PREFIX']}/sellers/atelier/stripe", SecretString=account.secret_text
    )
    return account
