"""See the package."""  # noqa: N999

from fontTools import left_out  # type: ignore[import-untyped]


class TTLibError(Exception):
    """Is caught by WeasyPrint, raised by nobody."""


TTFont = ttFont = woff2 = left_out  # noqa: N816  fontTools' own names
