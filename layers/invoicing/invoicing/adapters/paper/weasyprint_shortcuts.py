"""Ways round places where WeasyPrint spends a third of a page's time for nothing we print.

Each is a few lines around one of its internals, so they are for exactly the version that they were
written for; with another one WeasyPrint goes its own way, which gives the same bytes.
"""

import importlib
import logging
import re
from types import ModuleType
from typing import Any

logger = logging.getLogger(__name__)

VERSION = "70.0"
_NEVER_PRINTED = ("[dir", ":is(", "::")  # how the lines of rules begin
_RUNS = re.compile(r"M\d+ \d+\.5(h\d+|m-?\d+ \d+)*")  # the squares of a code, row by row
_RUN = re.compile(r"([Mmh])(-?\d+)(?: (\d+))?")
_LINES_OF_TEXT = (
    "language",
    "ascent",
    "underline_position",
    "strikethrough_position",
    "underline_thickness",
    "strikethrough_thickness",
)


def take(weasyprint: ModuleType) -> None:
    """Put the shortcuts in place, if this is the WeasyPrint that they lead through."""
    if weasyprint.__version__ != VERSION:
        logger.warning("no shortcuts: they are for WeasyPrint %s", VERSION)
        return
    _one_type_for_all_lengths()
    _one_layout_for_each_style()
    _no_rules_for_what_we_never_print(weasyprint)
    _runs_at_once()
    _lengths_as_they_are()
    _bytes_once()
    _pages_once()


def _one_type_for_all_lengths() -> None:
    """Name arrays of glyphs without their length: for each new one cffi would parse C again.

    That takes some 4 ms, six times in a document, and what was parsed is kept for ever.
    """
    fonts = importlib.import_module("weasyprint.pdf.fonts")
    vars(fonts)["ffi"] = _Arrays(vars(fonts)["ffi"])


class _Arrays:
    def __init__(self, ffi: Any) -> None:  # noqa: ANN401  cffi makes it at run time
        self._ffi = ffi

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._ffi, name)

    def new(self, kind: str, *initial: Any) -> Any:  # noqa: ANN401
        """Make an array that is as long as its content, or what else is wanted."""
        array = kind.startswith("hb_codepoint_t[") and initial
        return self._ffi.new("hb_codepoint_t[]" if array else kind, *initial)


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


def _runs_at_once() -> None:
    """Draw the squares of a code in one go: WeasyPrint reads each of their numbers five times."""
    svg = importlib.import_module("weasyprint.svg")
    path = svg.TAGS["path"]

    def runs(image: Any, node: Any, font_size: Any) -> None:  # noqa: ANN401
        drawn = node.get("d", "")
        if not _RUNS.fullmatch(drawn):
            path(image, node, font_size)
            return
        x = y = 0  # a row is half a square below its number
        steps = [b"0 0 m"]
        for step, right, down in _RUN.findall(drawn):
            x, y = x + int(right), y + int(down or 0)
            steps.append(b"%d %d.5 %b" % (x, y, b"l" if step == "h" else b"m"))
        image.stream.stream.extend(steps)

    svg.TAGS["path"] = runs


def _lengths_as_they_are() -> None:
    """Take a length that is in pixels already: most are, and there are fourteen for each box."""
    percent = importlib.import_module("weasyprint.layout.percent")
    resolve = percent.resolve_one_percentage

    def lean(box: Any, name: str, refer_to: Any) -> None:  # noqa: ANN401
        value = box.style[name]
        if getattr(value, "unit", None) == "px":
            setattr(box, name, value.value)
        else:
            resolve(box, name, refer_to)

    vars(percent)["resolve_one_percentage"] = lean


def _bytes_once() -> None:
    """Write each object once: the file's identifier is made of the bytes of all of them, again.

    A page has a thousand of them, for who listens to it; what packs them is packed twice as well.
    """
    pydyf = importlib.import_module("pydyf")
    write, data = pydyf.PDF.write, pydyf.Stream.data

    class Written(pydyf.Object):  # type: ignore[misc, name-defined]
        data, compressible = b"", True

        def __init__(self, original: Any) -> None:  # noqa: ANN401
            super().__init__()
            self.number, self.data = original.number, original.data

    def write_once(self: Any, *arguments: Any) -> None:  # noqa: ANN401
        self.objects = [
            Written(each) if each.free != "f" and each.compressible else each
            for each in self.objects
        ]
        write(self, *arguments)

    def data_once(self: Any) -> bytes:  # noqa: ANN401
        if self.extra.get("Type") != "/ObjStm":
            return bytes(data.fget(self))
        if "_facturier_data" not in vars(self):
            self._facturier_data = data.fget(self)
        return bytes(self._facturier_data)

    pydyf.PDF.write, pydyf.Stream.data = write_once, property(data_once)


def _pages_once() -> None:
    """List the pages once: each tag names its own, and for that all are put into words."""
    pdf = importlib.import_module("pydyf").PDF
    references = pdf.page_references

    def kept(self: Any) -> Any:  # noqa: ANN401
        pages = len(self.pages["Kids"])
        if vars(self).get("_facturier_pages", (0,))[0] != pages:
            self._facturier_pages = (pages, references.fget(self))
        return self._facturier_pages[1]

    pdf.page_references = property(kept)
