"""The DynamoDB of the simulation answers as the emulator's does, operation by operation."""

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from local.emulator import PYTHON, emulating
from tests.aws import resources
from tests.simulation.dynamodb import DynamoDB
from tests.simulation.operations import TABLE, Operations, answer

HOW_MANY = int(os.environ.get("SIMULATION_OPERATIONS", "400"))
SEED = 1


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Have the table in the emulator."""
    if not PYTHON.exists():
        pytest.skip("`make environments` makes the emulator's")
    with emulating(_folder(tmp_path_factory)) as emulator:
        client = emulator.client("dynamodb")
        table = resources("AWS::DynamoDB::Table")[TABLE]
        taken = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        client.create_table(TableName=TABLE, **{key: table[key] for key in taken})
        yield client


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("emulator")


def test_both_answer_the_same(emulated):
    ours = _ours()
    for n, (operation, request) in enumerate(islice(Operations(SEED), HOW_MANY)):
        expected = answer(getattr(emulated, operation), request)
        assert answer(getattr(ours, operation), request) == expected, (n, operation, request)


def _ours() -> DynamoDB:
    """Make tables whose indexes follow at once, as the emulator's do."""

    def follow(table, key, _, after) -> None:
        for index in table.indexes.values():
            index.follow(key, after, table.keys)

    definitions = {TABLE: resources("AWS::DynamoDB::Table")[TABLE]}
    return DynamoDB(definitions, on_commit=follow, clock=lambda: 0)
