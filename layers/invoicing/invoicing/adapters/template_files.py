"""Where the templates lie; who reads a file there needs no engine."""

from functools import cache
from pathlib import Path


@cache
def root() -> Path:
    """Give the folder of the templates: beside the package in the layer, above it in the tree."""
    here = Path(__file__).resolve()
    return next(found for up in here.parents if (found := up / "templates").is_dir())
