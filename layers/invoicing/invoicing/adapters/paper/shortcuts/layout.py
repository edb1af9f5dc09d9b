"""From styles to boxes that have their place."""

import importlib
from typing import Any

_LINES_OF_TEXT = (
    "language",
    "ascent",
    "underline_position",
    "strikethrough_position",
    "underline_thickness",
    "strikethrough_thickness",
)
_AT_LEAST = {"min_width", "min_height"}


def shorten() -> None:
    """Put these shortcuts in place."""
    _one_layout_for_each_style()
    _lengths_as_they_are()


def _one_layout_for_each_style() -> None:
    """Copy the layout of the first text of a style for its others: most texts share one.

    WeasyPrint describes font and features to Pango for each text anew, and never gives back what it
    allocates for features: 40 KB for each page of figures with `tnum`.
    """
    text = importlib.import_module("weasyprint.text.ffi")
    layout = importlib.import_module("weasyprint.text.line_break").Layout
    text.ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *layout);")
    setup = layout.setup

    def copied(original: Any) -> Any:  # noqa: ANN401
        return text.ffi.gc(text.pango.pango_layout_copy(original), text.gobject.g_object_unref)

    def setup_once(self: Any, style: Any) -> None:  # noqa: ANN401
        kept = vars(style).get("_facturier_layout")
        if kept is None:
            setup(self, style)
            metrics = {name: vars(self)[name] for name in _LINES_OF_TEXT if name in vars(self)}
            style._facturier_layout = (copied(self.layout), metrics)  # noqa: SLF001  our own
            return
        self.style, self.first_line_direction = style, 0
        self.layout = copied(kept[0])
        vars(self).update(kept[1])

    layout.setup = setup_once


def _lengths_as_they_are() -> None:
    """Take a length that is in pixels already: most are, and there are fourteen for each box."""
    percent = importlib.import_module("weasyprint.layout.percent")
    resolve = percent.resolve_one_percentage

    def lean(box: Any, name: str, refer_to: Any) -> None:  # noqa: ANN401
        value = box.style[name]
        if value == "auto":
            setattr(box, name, 0 if name in _AT_LEAST else value)
        elif getattr(value, "unit", None) == "px":
            setattr(box, name, value.value)
        else:
            resolve(box, name, refer_to)

    vars(percent)["resolve_one_percentage"] = lean
