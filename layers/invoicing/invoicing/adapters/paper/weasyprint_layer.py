"""WeasyPrint, imported with the libraries and fonts of its own layer, wherever that lies.

WeasyPrint asks the system for Pango by name. On Lambda `/lib64` may answer with libraries that do
not fit ours, each question starts a process (two dozen of them), and three HTTPS contexts are made
that no invoice needs, each reading the whole CA bundle. So, while it is imported, its questions
are answered with absolute paths from the layer, found from the place of WeasyPrint itself: /opt,
an emulator's folder or this tree.
"""

import ctypes.util
import importlib
import importlib.util
import logging
import os
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

from invoicing.adapters.paper import shortcuts

logger = logging.getLogger(__name__)


@cache
def weasyprint() -> ModuleType:
    """Give WeasyPrint with its layer's libraries; without a layer, with the system's Pango."""
    layer = _layer()
    if layer is None:
        logger.warning("no weasyprint layer: the system's Pango and fonts are used")
        return _imported()
    os.environ["FONTCONFIG_FILE"] = str(layer / "fonts" / "fonts.conf")
    with (
        _instead(ctypes.util, "find_library", _finder(layer / "lib")),
        _instead(ssl, "_create_default_https_context", no_https),
    ):
        return _imported()


def _imported() -> ModuleType:
    weasyprint = importlib.import_module("weasyprint")
    shortcuts.take(weasyprint)
    return weasyprint


def no_https(*_: object, **__: object) -> ssl.SSLContext:
    """Give a context that trusts nobody and therefore reads no CA bundle."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _layer() -> Path | None:
    """Find the layer: WeasyPrint lies in its python/, with lib/ and fonts/ beside that."""
    spec = importlib.util.find_spec("weasyprint")
    if spec is None or spec.origin is None:
        return None
    layer = Path(spec.origin).parents[2]
    return layer if (layer / "lib" / "libpango-1.0.so.0").exists() else None


def _finder(libraries: Path) -> Callable[[str], str | None]:
    """Answer for `libpango-1.0-0`, the first name WeasyPrint tries, with …/libpango-1.0.so.0."""
    found = {file.name.replace(".so.", "-"): str(file) for file in libraries.glob("lib*.so.*")}
    return found.get


@contextmanager
def _instead(module: ModuleType, name: str, value: object) -> Iterator[None]:
    kept = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, kept)
