"""From the page's text to its styles."""

import importlib
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

_NEVER_PRINTED = ("[dir", ":is(", "::")  # how the lines of rules begin


def shorten(weasyprint: ModuleType) -> None:
    """Put these shortcuts in place."""
    _well_formed_at_once(weasyprint)
    _no_rules_for_what_we_never_print(weasyprint)
    _styles_as_they_begin()


def _well_formed_at_once(weasyprint: ModuleType) -> None:
    """Read a page as the XML that it is; what is none goes to the patient parser of all HTML."""
    html = vars(weasyprint)["tinyhtml5"]
    vars(weasyprint)["tinyhtml5"] = _Parser(html.parse)


class _Parser:
    def __init__(self, patient: Any) -> None:  # noqa: ANN401  WeasyPrint has no types
        self._patient = patient

    def parse(self, file: Any, **options: Any) -> Any:  # noqa: ANN401
        """Give the tree of a page."""
        page = file.read()
        try:
            return ET.fromstring(page)  # noqa: S314  our own template, all values escaped
        except ET.ParseError:
            return self._patient(page, **options)


def _no_rules_for_what_we_never_print(weasyprint: ModuleType) -> None:
    """Leave out the browser's rules for notes, lists and direction: each element is tried on them.

    No document of ours has any of these (a test looks); the rules for notes even make five computed
    styles more for each element.
    """
    html = importlib.import_module("weasyprint.html")
    rules = [line for line in html.UA.splitlines() if not line.startswith(_NEVER_PRINTED)]
    lean = weasyprint.CSS(string="\n".join(rules), counter_style=html.CounterStyle())
    sheets = weasyprint.HTML._ua_stylesheets  # noqa: SLF001  the place where they are chosen

    def lean_sheets(self: Any, forms: Any = None) -> list[Any]:  # noqa: ANN401
        return sheets(self, forms) if forms else [lean]

    weasyprint.HTML._ua_stylesheets = lean_sheets  # noqa: SLF001


def _styles_as_they_begin() -> None:
    """Take a property that no rule names as it is inherited, or as it is in the beginning.

    WeasyPrint asks a dozen questions of each property of each element; most have this answer.
    """
    css = importlib.import_module("weasyprint.css")
    compute, inherited, logical = css.ComputedStyle.__missing__, css.INHERITED, _logical(css)
    special = {"float", "display", "position", "page", *css.INITIAL_NOT_COMPUTED}
    special |= {name for name in css.INITIAL_VALUES if name.startswith("text_decoration_")}
    at_first = {
        name: value
        for name, value in css.INITIAL_VALUES.items()
        if name not in special and name not in inherited
    }
    handed_down = frozenset(inherited - special)

    def lean(self: Any, name: str) -> Any:  # noqa: ANN401
        cascaded = self.cascaded
        if name in cascaded or not logical.get(name, _NONE).isdisjoint(cascaded):
            return compute(self, name)
        if name in at_first:
            value = self[name] = at_first[name]
            return value
        if name in handed_down and self.parent_style is not None:
            value = self[name] = self.parent_style[name]
            return value
        return compute(self, name)

    css.ComputedStyle.__missing__ = lean


_NONE: frozenset[str] = frozenset()


def _logical(css: ModuleType) -> dict[str, frozenset[str]]:
    """Give what else may name a property: by the direction of the text, whichever that is."""
    return {
        name: frozenset(named(block="ttb", inline=inline) for inline in ("ltr", "rtl"))
        for name, named in css.PHYSICAL_FUNCTIONS.items()
    }
