"""From placed boxes to the file."""

import importlib
import re
from typing import Any

_RUNS = re.compile(r"M\d+ \d+\.5(h\d+|m-?\d+ \d+)*")  # the squares of a code, row by row
_RUN = re.compile(r"([Mmh])(-?\d+)(?: (\d+))?")


def shorten() -> None:
    """Put these shortcuts in place."""
    _one_type_for_all_lengths()
    _runs_at_once()
    _bytes_once()
    _names_once()
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


def _names_once() -> None:
    """Write a dictionary's names and texts at once: WeasyPrint asks of each what it is."""
    pydyf = importlib.import_module("pydyf")
    other = pydyf._to_bytes  # noqa: SLF001  what it does with the rest
    names: dict[Any, bytes] = {}

    def data(self: Any) -> bytes:  # noqa: ANN401
        parts: list[bytes] = []
        for name, value in self.items():
            written = names.get(name)
            if written is None:
                written = names[name] = b"/" + other(name) + b" "
            parts += written, value if type(value) is bytes else other(value)
        return b"<<" + b"".join(parts) + b">>"

    pydyf.Dictionary.data = property(data)


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
