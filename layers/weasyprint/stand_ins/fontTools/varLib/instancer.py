"""See the package."""

from fontTools import left_out  # type: ignore[import-untyped]

instantiateVariableFont = left_out  # noqa: N816  fontTools' own name
