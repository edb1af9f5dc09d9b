"""What many tests stand on; no fixture here is used without being named."""

from collections.abc import Iterator, Mapping

import pytest
from aws_lambda_powertools.utilities import parameters

from invoicing.adapters.documents_bucket import shelf
from invoicing.adapters.ledger_table import book
from invoicing.adapters.operations_table import inbox
from tests import aws


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, str]]:
    """Have the template's tables, bucket and queues, empty, in this process' environment."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", aws.REGION)
    for once in (book, inbox, shelf):
        once.cache_clear()
    parameters.clear_caches()
    with aws.made() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield environment
    for once in (book, inbox, shelf):
        once.cache_clear()
