"""Books that are lived and exported once for all that is asked of them."""

import pytest

from cli.proof.bundle import Period
from invoicing.adapters.ledger import signing
from invoicing.adapters.operations.sellers_table import sellers
from tests.builders import a_seller
from tests.cli.proof.bundles import exported
from tests.closers import OwnSigner
from tests.conftest import deploying
from tests.deployments import the_stack


@pytest.fixture(scope="module")
def honest():
    return OwnSigner()


@pytest.fixture
def signer(honest, monkeypatch):
    monkeypatch.setattr(signing, "signer", lambda: honest)
    return honest


@pytest.fixture(scope="module")
def of_a_shop(honest, tmp_path_factory):
    """Live a shop's life and export its books; that takes longer than all that is asked of them."""

    def of_a_shop(life, *periods: Period):
        with pytest.MonkeyPatch.context() as patch, deploying(patch) as deployed:
            patch.setattr(signing, "signer", lambda: honest)
            sellers().save(a_seller())
            life()
            stack, folder = the_stack(deployed), tmp_path_factory.mktemp("books")
            return [exported(stack, folder, period) for period in periods]

    return of_a_shop
