"""Stands where WeasyPrint imports fontTools, which it then never calls.

HarfBuzz makes the subsets, and our fonts are static TrueType; fontTools is for variable fonts, WOFF
and colour pictures. It would be half of the layer and a quarter of its import. Whoever reaches it
all the same is told so, loudly.
"""  # noqa: N999  the name is fontTools' own

from typing import NoReturn


def left_out(*_: object, **__: object) -> NoReturn:
    """Stand for whatever of fontTools is asked for."""
    raise NotImplementedError("fontTools is left out of the layer: use a static TrueType font")
