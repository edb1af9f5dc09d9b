"""The layer as built for both architectures; built here where it is missing or out of date."""

from pathlib import Path

import pytest

from layers import layer
from layers.weasyprint import build


@pytest.fixture(scope="session", params=["x86_64", "arm64"])
def each_layer(request: pytest.FixtureRequest) -> Path:
    return build.build(request.param)


@pytest.fixture(scope="session")
def our_layer() -> Path:
    return build.build(layer.this_machine())
