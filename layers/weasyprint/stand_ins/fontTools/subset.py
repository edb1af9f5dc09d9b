"""See the package."""

from fontTools import left_out  # type: ignore[import-untyped]

Options = Subsetter = left_out
